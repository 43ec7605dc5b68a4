"""reviewbot as a hook that git's configuration names, which git runs from 2.54 on.

Such a hook stands beside those of a hook manager, of a team and in files: git runs each of them,
the configured ones first. So nothing has to be moved aside. An older git runs none of them, and
says nothing of it.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reviewbot.change.git import Git
from reviewbot.errors import UsageError
from reviewbot.hooks.install import ALL, Changed, Stage

Scope = Literal["local", "global"]
FIRST = (2, 54)

# One name runs one command, and git tells the command no event: a push has a name of its own.
_NAMES: dict[Stage, str] = {
    "pre-commit": "reviewbot",
    "pre-merge-commit": "reviewbot",
    "pre-push": "reviewbot-push",
    "post-commit": "reviewbot-background",
}
_MARK = "reviewbot_hook()"
# git puts the event's arguments behind the last word, which is why there is a function.
_COMMAND = (
    _MARK + " {{ if [ -x {python} ]; then {python} -P -m reviewbot hook {stage} -- \"$@\"; "
    "elif command -v reviewbot >/dev/null 2>&1; then reviewbot hook {stage} -- \"$@\"; "
    "else echo 'reviewbot: not installed here any more; take its hook out: "
    "git config --{scope} --remove-section hook.{name}' >&2; fi; }}; reviewbot_hook"
)  # fmt: skip
_WHERE: dict[Scope, str] = {
    "local": "this repository's configuration",
    "global": "your own configuration, for all repositories",
}


@dataclass(frozen=True, slots=True)
class ConfiguredHook:
    """What the configuration says under one `hook.NAME`; the last command counts."""

    name: str
    command: str = ""
    events: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        return self.command.startswith(_MARK)


def runs_configured(version: str) -> bool:
    """Whether a git of this version (what `git version` prints) runs configured hooks."""
    numbers = re.search(r"(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= FIRST


def configured(git: Git, scope: Scope | None = None) -> tuple[ConfiguredHook, ...]:
    """The hooks that the configuration names: of one scope, or all that hold here."""
    found: dict[str, ConfiguredHook] = {}
    for key, value in git.configuration(r"^hook\..*\.(command|event)$", scope or ""):
        name, _, last = key.removeprefix("hook.").rpartition(".")
        had = found.get(name, ConfiguredHook(name))
        if last == "command":
            found[name] = ConfiguredHook(name, value, had.events)
        else:  # an empty event takes back those before it
            found[name] = ConfiguredHook(name, had.command, (*had.events, value) if value else ())
    return tuple(found.values())


def stages_of(hooks: Iterable[ConfiguredHook]) -> tuple[Stage, ...]:
    """The stages at which these hooks run reviewbot, whoever wrote them."""
    events = {event for hook in hooks if "reviewbot" in hook.command for event in hook.events}
    return tuple(stage for stage in ALL if stage in events)


def install(git: Git, stages: Iterable[Stage], scope: Scope) -> tuple[Changed, ...]:
    """Name reviewbot for these stages. Raises UsageError where git is too old for it, or the
    names are taken by what reviewbot did not write."""
    if not runs_configured(version := git.version()):
        raise UsageError(
            f"git runs hooks of its configuration from 2.54 on, and this is {version}",
            "install it as a file instead: reviewbot install",
        )
    there = {hook.name: hook for hook in configured(git, scope)}
    wanted = tuple(stages)
    for name in dict.fromkeys(_NAMES[stage] for stage in wanted):
        if (taken := there.get(name)) and taken.command and not taken.is_ours:
            raise UsageError(
                f"hook.{name}.command is set in {_WHERE[scope]}, and not by reviewbot install",
                f"look at it: git config --{scope} --get-regexp 'hook\\.{name}\\.'",
            )
    return tuple(_installed(git, stage, scope, there) for stage in wanted)


def uninstall(git: Git, scope: Scope) -> tuple[Changed, ...]:
    """Take out what `install` wrote, and nothing else."""
    ours = [hook for hook in configured(git, scope) if hook.is_ours]
    for hook in ours:
        for key in ("command", *(["event"] if hook.events else [])):
            git.configure(f"--{scope}", "--unset-all", f"hook.{hook.name}.{key}")
    events = {event for hook in ours for event in hook.events}
    return tuple(Changed(stage, _WHERE[scope], "taken out") for stage in ALL if stage in events)


def _installed(git: Git, stage: Stage, scope: Scope, there: dict[str, ConfiguredHook]) -> Changed:
    name = _NAMES[stage]
    git.configure(f"--{scope}", "--replace-all", f"hook.{name}.command", command(stage, scope))
    had = there.get(name)
    if had and stage in had.events:
        return Changed(stage, _WHERE[scope], "installed anew")
    git.configure(f"--{scope}", "--add", f"hook.{name}.event", stage)
    return Changed(stage, _WHERE[scope], "installed")


def command(stage: Stage, scope: Scope, python: str = sys.executable) -> str:
    """What git runs: the Python that installed it, else what PATH has; where there is neither,
    it says so and stops nobody."""
    name = _NAMES[stage]
    told = "pre-commit" if stage == "pre-merge-commit" else stage  # the same review
    return _COMMAND.format(python=shlex.quote(python), stage=told, scope=scope, name=name)
