"""`reviewbot completion`: what a shell needs to complete our commands, and the answers it asks for.

Shells ask by starting `reviewbot` with one more variable in the environment. An answer is quick or
none at all: whatever goes wrong, nothing is printed into the line that is being typed.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import redirect_stderr

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    shell_complete,
)

VARIABLE = "_REVIEWBOT_COMPLETE"


class _Bash(BashComplete):
    """Bash ends a word at `:` and `=`, so `qwen2.5-coder:7b` reaches us as three words, and only
    the last of them is replaced by the answer."""

    def get_completion_args(self) -> tuple[list[str], str]:
        words = os.environ["COMP_WORDS"]
        joined = re.sub(r"\n:(?:\n(?!$)|$)", ":", words)
        joined = re.sub(r"(?m)^(--[\w-]+)\n=\n", r"\1\n", joined)
        os.environ["COMP_WORDS"] = joined
        lost = words.count("\n") - joined.count("\n")
        os.environ["COMP_CWORD"] = str(int(os.environ["COMP_CWORD"]) - lost)
        return super().get_completion_args()

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        found = super().get_completions(args, incomplete)
        typed = incomplete[: incomplete.rfind(":") + 1]
        for item in found:
            item.value = item.value.removeprefix(typed)
        return found


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(sorted(_SHELLS)))
def completion(shell: str) -> int:
    """Print a script that completes commands, options and values in SHELL.

    \b
    bash  ~/.bashrc, bash 4.4 or newer:  eval "$(reviewbot completion bash)"
    zsh   ~/.zshrc, after compinit:      eval "$(reviewbot completion zsh)"
    fish  ~/.config/fish/config.fish:    reviewbot completion fish | source
    """
    made = _SHELLS[shell](click.Group(), {}, "reviewbot", VARIABLE)
    # Not the shell's own `source`: bash's would start the bash that PATH names, to ask its version.
    click.echo(ShellComplete.source(made), nl=False)
    return 0


def answer() -> int:
    """Print what a shell could complete, as VARIABLE asks for it; returns the exit code."""
    add_completion_class(_Bash)
    with open(os.devnull, "w", encoding="utf-8") as nothing, redirect_stderr(nothing):  # noqa: PTH123
        try:
            from reviewbot.cli.main import cli

            return shell_complete(cli, {}, "reviewbot", VARIABLE, os.environ[VARIABLE])
        except Exception:  # noqa: BLE001  (half a line is on the screen, and no message helps it)
            sys.stdout = None
            return 1
