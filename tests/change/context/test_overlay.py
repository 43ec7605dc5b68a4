from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.context.overlay import Overlay, indentation
from reviewbot.changeset import Line, LineKind
from tests.change import captured
from tests.conftest import Repository

_LINES = st.lists(st.sampled_from(["", "a", "  b", "c"]), max_size=40)


def _overlay(repository: Repository, old: list[str], new: list[str]) -> Overlay | None:
    repository.stage("f", "".join(f"{line}\n" for line in old))
    repository.commit()
    repository.stage("f", "".join(f"{line}\n" for line in new))
    files = captured(repository)
    return Overlay(new, files["f"].hunks) if files else None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=_LINES, new=_LINES)
def test_the_whole_span_holds_both_sides(
    repository: Repository, old: list[str], new: list[str]
) -> None:
    overlay = _overlay(repository, old, new)
    if overlay is None:
        return
    lines = overlay.lines((1, overlay.count))
    assert [line.text for line in lines if line.new_no is not None] == new
    assert [line.text for line in lines if line.old_no is not None] == old
    assert [line.new_no for line in lines if line.new_no] == list(range(1, len(new) + 1))
    assert [line.old_no for line in lines if line.old_no] == list(range(1, len(old) + 1))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=_LINES, new=_LINES, first=st.integers(1, 40), length=st.integers(0, 20))
def test_a_span_is_a_part_of_the_whole(
    repository: Repository, old: list[str], new: list[str], first: int, length: int
) -> None:
    overlay = _overlay(repository, old, new)
    if overlay is None:
        return
    first = min(first, overlay.count + 1)
    last = min(first + length - 1, overlay.count)
    whole = overlay.lines((1, overlay.count))
    places, place = [], 1
    for line in whole:
        places.append(place)
        place += line.new_no is not None
    wanted = [
        line
        for line, at in zip(whole, places, strict=True)
        if (first <= at <= last if line.new_no else first <= at <= last + 1)
    ]
    assert list(overlay.lines((first, last))) == wanted


def test_runs_know_their_place_and_depth(repository: Repository) -> None:
    gap = [f"gap {number}" for number in range(10)]
    overlay = _overlay(
        repository, ["a", *gap, "  gone", "last"], ["a", "", "  new", "", *gap, "last"]
    )
    assert overlay is not None
    added, removed = overlay.runs()
    assert (added.whole, added.span, added.depth) == ((2, 4), (3, 3), 2)
    assert (removed.whole, removed.span, removed.depth) == ((15, 14), (15, 14), 2)


def test_a_blank_run_still_has_a_place(repository: Repository) -> None:
    overlay = _overlay(repository, ["a", "b"], ["a", "", "b"])
    assert overlay is not None
    (run,) = overlay.runs()
    assert (run.whole, run.span, run.depth) == ((2, 2), (2, 2), 0)


def test_a_file_without_hunks_is_all_context() -> None:
    overlay = Overlay(["a", "b"], ())
    assert list(overlay.runs()) == []
    assert overlay.lines((2, 2)) == (Line(LineKind.CONTEXT, "b", 2, 2),)


def test_a_tab_counts_as_one_column() -> None:
    assert indentation("\t x") == 2
