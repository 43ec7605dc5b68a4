"""What a sweep reviews, one by one: the commits of a history, or the files of a tree as if new.

Each commit is reviewed as `reviewbot review --commit` does it, by the rules of before it. A merge
brings nothing that its commits did not, so none is reviewed; how many were left out is told. A file
of a tree is held against the empty tree, by the rules of the tree itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from reviewbot.change import scope as scopes
from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import GitError, UsageError
from reviewbot.plain import plain_line, plain_path

Kind = Literal["history", "tree"]
_SHORT = 12
# The end of the year 9999, behind which a calendar has no days.
_LAST = 253_402_300_799
# What stands between the fields of a commit; none of them can hold it.
_FORMAT = ("--encoding=UTF-8", "--format=%x00%H%x00%ct%x00%s%x00")


def noun_of(kind: Kind) -> str:
    """What a unit of a sweep is."""
    return "commit" if kind == "history" else "file"


@dataclass(frozen=True, slots=True)
class Unit:
    """One review: a commit by its id, or a file of the tree by its path. `at` are seconds since
    1970 at which it was committed."""

    kind: Kind
    id: str
    head: str
    at: int
    subject: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        return (f":(top,literal){self.id}",) if self.kind == "tree" else ()

    @property
    def name(self) -> str:
        return self.told if self.kind == "tree" else self.id[:_SHORT]

    @property
    def told(self) -> str:
        """The id as a report holds it: a path may be no text."""
        return plain_path(self.id)

    def scope(self, git: Git) -> Scope:
        """Raises GitError, as for a commit whose parent a shallow clone lacks."""
        if self.kind == "history":
            return scopes.commit(git, self.id)
        label = f"{plain_path(self.id)} in {self.head[:_SHORT]}"
        return Scope("range", label, base=git.empty_tree(), head=self.head, rules=self.head)


@dataclass(frozen=True, slots=True)
class Plan:
    """`base` is the commit before a range, whose settings hold; empty where there is none, and
    those of the working tree do. `merges` were left out."""

    kind: Kind
    label: str
    head: str
    units: tuple[Unit, ...]
    base: str = ""
    merges: int = 0

    @property
    def noun(self) -> str:
        """What a unit is."""
        return noun_of(self.kind)


def everything(git: Git) -> Plan:
    """All commits that HEAD has. Raises GitError."""
    head = _head(git)
    return _history(git, f"all commits of {head[:_SHORT]}", head, ())


def newest(git: Git, count: int) -> Plan:
    """The last commits of HEAD. Raises GitError."""
    head = _head(git)
    label = f"the last {count} commits of" if count > 1 else "the last commit of"
    return _history(git, f"{label} {head[:_SHORT]}", head, (f"--max-count={count}",))


def since(git: Git, day: str) -> Plan:
    """The commits of HEAD from a day on, by the clock of here. Raises GitError, and UsageError for
    a day that is none: git takes any word for one."""
    try:
        begins = int(datetime.combine(date.fromisoformat(day), time()).astimezone().timestamp())
    except (ValueError, OverflowError):
        raise UsageError(f"--since {day}: no such day", "write it as YYYY-MM-DD") from None
    head = _head(git)
    # git itself stops looking at commits that are older, and so loses a newer one behind them.
    units = tuple(unit for unit in _commits(git, ("--no-merges", head)) if unit.at >= begins)
    if not units:
        raise UsageError(f"HEAD has no commit since {day}", "look at: git log -1")
    merges = sum(unit.at >= begins for unit in _commits(git, ("--merges", head)))
    return Plan("history", f"the commits since {day}", head, units, merges=merges)


def commits_between(git: Git, text: str) -> Plan:
    """The commits of `A..B`. Raises GitError, and UsageError where there are none."""
    found = scopes.revision_range(git, text)
    plan = _history(git, f"the commits of {found.label}", found.head, (f"^{found.base}",))
    if not plan.units:
        raise UsageError(
            f"--range {text}: {found.base[:_SHORT]} has every commit of {found.head[:_SHORT]}",
            "A stands before B in A..B",
        )
    return Plan(plan.kind, plan.label, plan.head, plan.units, found.base, plan.merges)


def tree(git: Git) -> Plan:
    """Each file that HEAD has. Raises GitError, and UsageError where it has none."""
    head = _head(git)
    at = next(iter(_commits(git, (head, "--max-count=1")))).at
    units = tuple(Unit("tree", path, head, at) for path in git.listing(head))
    if not units:
        raise UsageError(
            f"{head[:_SHORT]} has no files", "commit some, or review commits: reviewbot sweep"
        )
    return Plan("tree", f"the files of {head[:_SHORT]}", head, units)


def _head(git: Git) -> str:
    found = git.head()
    if found is None:
        raise GitError("there is no commit yet", "make one first: git commit")
    return found


def _history(git: Git, label: str, head: str, narrowed: Sequence[str]) -> Plan:
    units = tuple(_commits(git, (*narrowed, "--no-merges", head)))
    # `--max-count` counts what is listed; of merges those since the oldest of them are counted.
    beside = [one for one in narrowed if not one.startswith("--max-count")]
    if len(beside) < len(narrowed) and units:
        beside = [f"--max-age={units[-1].at}"]
    counted = git.answer(b"", "rev-list", "--merges", "--count", *beside, head, "--")
    return Plan("history", label, head, units, merges=int(counted))


def _commits(git: Git, arguments: Sequence[str]) -> Iterator[Unit]:
    output = git.answer(b"", "rev-list", *_FORMAT, *arguments, "--")
    fields = output.decode("utf-8", "surrogateescape").split("\0")
    for begin in range(1, len(fields) - 3, 4):
        name, seconds, subject = fields[begin : begin + 3]
        at = int(seconds) if seconds.isdigit() else 0  # commits that other programs made
        yield Unit("history", name, name, min(at, _LAST), plain_line(subject))
