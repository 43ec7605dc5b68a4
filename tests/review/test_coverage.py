from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.changeset import FileChange, Line, LineKind
from reviewbot.prompting.chunk import Chunk, Oversized
from reviewbot.report import FileCoverage, total
from reviewbot.review.ask import Asked
from reviewbot.review.coverage import coverage
from reviewbot.review.outcomes import Outcome


def _file(path: str, changed: int) -> FileChange:
    return FileChange(path, path, "M", added=changed)


def _chunk(path: str, changed: int) -> Chunk:
    return Chunk(path, "", tuple(_line(number) for number in range(1, changed + 1)))


def _line(number: int) -> Line:
    return Line(LineKind.ADDED, "x", None, number)


def test_reviewed_and_failed_chunks_of_one_file_are_one_entry() -> None:
    asked = Asked(outcomes=(Outcome(_chunk("f", 3)), Outcome(_chunk("f", 2), fault="timeout")))
    assert coverage([_file("f", 5)], (), asked) == (FileCoverage("f", 3, 0, 2, "timeout"),)


def test_a_reason_is_given_once() -> None:
    asked = Asked(
        outcomes=(
            Outcome(_chunk("f", 1), fault="a"),
            Outcome(_chunk("f", 1), fault="a"),
            Outcome(_chunk("f", 1), fault="b"),
        )
    )
    assert coverage([_file("f", 3)], (), asked)[0].reason == "a; b"


def test_a_line_too_long_for_any_prompt_is_skipped_with_its_reason() -> None:
    asked = Asked(oversized=(Oversized("f", _line(1)),))
    (entry,) = coverage([_file("f", 1)], (), asked)
    assert (entry.skipped, entry.failed) == (1, 0)
    assert "longer than" in entry.reason


def test_lines_that_nobody_speaks_of_have_failed_with_the_first_line_of_the_fault() -> None:
    asked = Asked(fault="no engine\n   start one")
    assert coverage([_file("f", 4)], (), asked) == (FileCoverage("f", 0, 0, 4, "no engine"),)
    assert coverage([_file("f", 4)], (), Asked())[0].reason == "not asked"


def test_a_reason_from_an_engine_is_made_plain() -> None:
    asked = Asked(outcomes=(Outcome(_chunk("f", 1), fault="HTTP\x1b[31m\n500"),))
    assert coverage([_file("f", 1)], (), asked)[0].reason == "HTTP[31m 500"


def test_files_keep_the_order_of_the_change() -> None:
    skipped = (FileCoverage("b", skipped=2, reason="lock file"),)
    files = [_file("c", 0), _file("b", 2), _file("a", 0)]
    assert [entry.path for entry in coverage(files, skipped, Asked())] == ["c", "b", "a"]


def test_a_file_that_a_series_of_patches_changes_twice_is_one_entry() -> None:
    asked = Asked(outcomes=(Outcome(_chunk("f", 3)), Outcome(_chunk("f", 5))))
    assert coverage([_file("f", 3), _file("f", 5)], (), asked) == (FileCoverage("f", 8),)


def test_a_file_that_is_changed_and_then_deleted_is_one_entry() -> None:
    skipped = (FileCoverage("f", skipped=5, reason="deleted"),)
    asked = Asked(outcomes=(Outcome(_chunk("f", 3)),))
    assert coverage([_file("f", 3), _file("f", 5)], skipped, asked) == (
        FileCoverage("f", 3, 5, 0, "deleted"),
    )


_PART = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.integers(1, 9),
    st.sampled_from(["reviewed", "failed", "oversized", "skipped", "forgotten"]),
)


@settings(deadline=None)
@given(st.lists(_PART))
def test_whatever_becomes_of_the_lines_they_add_up(parts: list[tuple[str, int, str]]) -> None:
    files = [_file(path, count) for path, count, _ in parts]
    outcomes = tuple(
        Outcome(_chunk(path, count), fault="x" if kind == "failed" else "")
        for path, count, kind in parts
        if kind in ("reviewed", "failed")
    )
    oversized = tuple(
        Oversized(path, _line(number))
        for path, count, kind in parts
        if kind == "oversized"
        for number in range(count)
    )
    skipped = [
        FileCoverage(path, skipped=count, reason="lock file")
        for path, count, kind in parts
        if kind == "skipped"
    ]
    found = coverage(files, skipped, Asked(outcomes=outcomes, oversized=oversized))
    assert total(found).changed == sum(count for _, count, _ in parts)
    assert total(found).failed == sum(
        count for _, count, kind in parts if kind in ("failed", "forgotten")
    )
    assert all(min(entry.reviewed, entry.skipped, entry.failed) >= 0 for entry in found)
    assert all(entry.reason for entry in found if entry.skipped or entry.failed)
