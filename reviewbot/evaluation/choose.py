"""Which cases of a suite are run: the quick ones, some tracks, a fixed list, a fair share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.errors import UsageError, nearest
from reviewbot.evaluation.suite import Case, Suite, digest_of


@dataclass(frozen=True, slots=True)
class Choice:
    """`ids` is a file with one id a line; `limit` is how many cases at the most."""

    quick: bool = False
    tracks: tuple[str, ...] = ()
    ids: Path | None = None
    limit: int | None = None


def chosen(suite: Suite, choice: Choice) -> Suite:
    """The suite narrowed. Raises UsageError where nothing is left, or a name is unknown."""
    cases = _of_tracks(suite.cases, choice.tracks)
    if choice.ids is not None:
        cases = _listed(cases, choice.ids)
    if choice.quick:
        cases = tuple(case for case in cases if case.quick)
    if choice.limit is not None:
        cases = _share(cases, choice.limit)
    if not cases:
        raise UsageError(
            f"no case of the suite {suite.name} is left",
            "leave out --quick, --track, --ids or --limit",
        )
    return replace(suite, cases=cases)


def _of_tracks(cases: Sequence[Case], tracks: Sequence[str]) -> tuple[Case, ...]:
    known = {case.track for case in cases}
    for track in tracks:
        if track not in known:
            raise UsageError(f"the suite has no track {track!r}; {nearest(track, known)}")
    return tuple(case for case in cases if not tracks or case.track in tracks)


def _listed(cases: Sequence[Case], path: Path) -> tuple[Case, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot read the list of ids {path}: {error}", "check the path after --ids"
        ) from None
    known = {case.id: case for case in cases}
    wanted = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for number, name in enumerate(wanted, 1):
        if name not in known:
            raise UsageError(
                f"{path}, id {number}: the suite has no case {name!r}; {nearest(name, known)}"
            )
    return tuple(known[name] for name in dict.fromkeys(wanted))


def _share(cases: Sequence[Case], limit: int) -> tuple[Case, ...]:
    """At most `limit` cases, whole groups only, each track by turns. The order is that of the
    groups' digests, so the same suite gives the same cases everywhere."""
    kept: set[str] = set()
    count = 0
    for group in _by_turns(cases):
        if count + len(group) <= limit:
            kept.update(case.id for case in group)
            count += len(group)
    return tuple(case for case in cases if case.id in kept)


def _by_turns(cases: Iterable[Case]) -> Iterator[list[Case]]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.group, []).append(case)
    queues: dict[str, list[list[Case]]] = {}
    for name in sorted(groups, key=digest_of):
        queues.setdefault(groups[name][0].track, []).append(groups[name])
    while queues:
        for track in sorted(queues):
            yield queues[track].pop(0)
            if not queues[track]:
                del queues[track]
