"""What a run has to do so that the comments say what the report says, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reviewbot.hosts.remarks import Remark, Stands

# Who closed a thread: nobody, reviewbot when its finding was gone, or a person.
Closed = Literal["no", "by us", "by others"]


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment of ours that stands at the host. `id` and `note` are the host's own names for it;
    `was_gone` is what its mark says, `stands` what it was posted on."""

    id: str
    note: str
    key: str
    body: str
    closed: Closed
    was_gone: bool = False
    stands: Stands = "line"


@dataclass(frozen=True, slots=True)
class Plan:
    """`new`: to be posted; `standing`: threads of findings that are reported (again); `gone`:
    threads to close; `over`: findings beyond the cap, which the summary counts."""

    new: tuple[Remark, ...]
    standing: tuple[tuple[Thread, Remark], ...]
    gone: tuple[Thread, ...]
    over: tuple[Remark, ...]


def plan(
    remarks: Iterable[Remark], threads: Iterable[Thread], most: int, *, complete: bool
) -> Plan:
    """Of an incomplete review nothing is closed: what was not looked at is not mended. Nor is a
    thread that reviewbot had closed and somebody opened again."""
    known: dict[str, Thread] = {}
    twice = [thread for thread in threads if known.setdefault(thread.key, thread) is not thread]
    wanted = tuple(remarks)
    keys = {remark.key for remark in wanted}
    unknown = [remark for remark in wanted if remark.key not in known]
    absent = [thread for key, thread in known.items() if key not in keys] if complete else []
    return Plan(
        new=tuple(unknown[:most]),
        standing=tuple((known[remark.key], remark) for remark in wanted if remark.key in known),
        gone=tuple(thread for thread in (*absent, *twice) if _may_close(thread)),
        over=tuple(unknown[most:]),
    )


def _may_close(thread: Thread) -> bool:
    return thread.closed == "no" and not thread.was_gone


def same_text(one: str, other: str) -> bool:
    """Whether a host's copy of a comment still says what it was sent."""
    return _normal(one) == _normal(other)


def _normal(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
