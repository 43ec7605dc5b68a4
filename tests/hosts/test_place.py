"""Findings stand on the lines that a host's diff has, whatever the two texts are."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.changeset import LineKind
from reviewbot.finding import Side
from reviewbot.hosts.place import HostDiff, Place, file_diff, place_of
from reviewbot.reporters.json_report import ReportDocument
from tests.hosts.faults import diff_rows
from tests.hosts.samples import finding, report

_LINES = st.lists(st.sampled_from(["a", "b", "  c", "+d", "-e", "@@ -1 +1 @@ f", "", "\tg"]))


def diff_of(old: list[str], new: list[str]) -> str:
    lines = difflib.unified_diff(old, new, "a", "b", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def placed(
    diff: str, number: int, quote: str, *, old: bool = False, same: bool = True, path: str = "a.py"
) -> Place:
    removed = (number, number) if old else None
    side = Side.OLD if old else Side.NEW
    made = finding("a.py", number, quote=quote, side=side, removed=removed)
    (entry,) = ReportDocument.model_validate_json(report(made)).findings
    files = {path: file_diff(path, "", diff)}
    return place_of(entry, HostDiff(files, same_head=same, same_base=same))


@given(_LINES, _LINES)
def test_each_changed_line_is_found_by_its_number(old: list[str], new: list[str]) -> None:
    diff = diff_of(old, new)
    for old_no, new_no in diff_rows(diff.partition("\n")[2].partition("\n")[2]):
        if old_no is None:
            (line,) = placed(diff, new_no or 0, "").lines
            assert (line.kind, line.new_no, line.text) == (
                LineKind.ADDED,
                new_no,
                new[(new_no or 0) - 1],
            )
        elif new_no is None:
            (line,) = placed(diff, old_no, "", old=True).lines
            assert (line.kind, line.old_no, line.text) == (
                LineKind.REMOVED,
                old_no,
                old[old_no - 1],
            )
        else:
            (line,) = placed(diff, new_no, "").lines
            assert (line.kind, line.old_no) == (LineKind.CONTEXT, old_no)


@given(_LINES, _LINES, st.integers(1, 12), st.sampled_from(["a", "b", "c", "+d", "gone"]))
def test_of_another_state_only_a_line_with_the_text_is_believed(
    old: list[str], new: list[str], number: int, quote: str
) -> None:
    for side in (False, True):
        place = placed(diff_of(old, new), number, quote, old=side, same=False)
        assert all(line.text.strip() == quote for line in place.lines)


def test_a_file_that_is_not_in_the_diff_has_no_place() -> None:
    assert placed("@@ -0,0 +1 @@\n+a\n", 1, "a", path="other.py") == Place(None)


def test_a_line_outside_of_the_hunks_stands_on_its_file() -> None:
    place = placed("@@ -0,0 +1 @@\n+a\n", 7, "b")
    assert place.lines == ()
    assert place.file is not None
