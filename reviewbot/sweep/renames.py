"""The names that files got later, as the commits of a sweep say one by one.

A file that was renamed and much changed since has no likeness left by which a comparison of its
commit with the head would know it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import cached_property

from reviewbot.change.git import Git
from reviewbot.plain import plain_path
from reviewbot.sweep.merge import Seen
from reviewbot.sweep.plan import Plan

_FORM = ("-r", "--find-renames=50%", "-l1000", "-z", "--name-status", "--diff-filter=R")


class Renames:
    """Nothing is asked before a name is wanted."""

    def __init__(self, git: Git, plan: Plan) -> None:
        self._git = git
        self._plan = plan
        self._beside: dict[str, list[tuple[str, str]]] = {}

    def later(self, seen: Seen, head: Container[str]) -> list[str]:
        """Names of the head under which the file of a finding may stand, the likeliest first."""
        path = seen.entry.path
        names = dict.fromkeys([path, *self._followed(path)])
        found = [name for name in names if name in head]
        return found or [new for old, new in self._since(seen.units[0].head) if old == path]

    def _followed(self, path: str) -> list[str]:
        """By any number of renames; of two files that had a name at different times, both."""
        names = {path: None}
        waiting = [path]
        while waiting:
            new = [name for name in self._steps.get(waiting.pop(), ()) if name not in names]
            names |= dict.fromkeys(new)
            waiting += new
        return list(names)[1:]

    @cached_property
    def _steps(self) -> dict[str, list[str]]:
        """By a name, those that it was changed to, the newest first."""
        ids = "".join(f"{unit.id}\n" for unit in self._plan.units)
        steps: dict[str, list[str]] = {}
        for old, new in self._asked(ids, "--stdin", "--no-commit-id"):
            steps.setdefault(old, []).append(new)
        return steps

    def _since(self, commit: str) -> list[tuple[str, str]]:
        """What a merge renamed, or one commit deleted and another made anew."""
        if commit not in self._beside:
            self._beside[commit] = self._asked("", commit, self._plan.head, "--")
        return self._beside[commit]

    def _asked(self, question: str, *words: str) -> list[tuple[str, str]]:
        said = self._git.answer(question.encode(), "diff-tree", *_FORM, *words)
        fields: Sequence[str] = said.decode("utf-8", "surrogateescape").split("\0")
        pairs = zip(fields[1::3], fields[2::3], strict=False)
        return [(plain_path(old), plain_path(new)) for old, new in pairs]
