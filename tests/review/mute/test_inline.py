from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import ExitCode
from reviewbot.finding import Category, Finding, Mute, Side
from reviewbot.report import Report
from reviewbot.review.mute.inline import muted_inline
from tests.review.mute.reports import file_of, finding, report_of

IGNORE = "# reviewbot: ignore[RB-CORRECTNESS] why"


def _mutes(text: str, *findings: Finding, texts: dict[str, str] | None = None) -> list[Mute | None]:
    """What mutes each of the findings."""
    report = muted_inline(report_of(list(findings), file_of(text)), texts or {})
    assert len(report.findings) + len(report.muted) == len(findings)
    by = {(one.location, one.rule): one.muted for one in (*report.findings, *report.muted)}
    assert all(one.muted is None for one in report.findings)
    return [by[one.location, one.rule] for one in findings]


@pytest.mark.parametrize(
    ("text", "start", "end", "is_new"),
    [
        (f"+x()  {IGNORE}", 1, 1, True),
        (f" x()  {IGNORE}", 1, 1, False),
        (f"+{IGNORE}\n+x()", 2, 2, True),
        (f" {IGNORE}\n+x()", 2, 2, False),
        (f"+x(\n+)  {IGNORE}", 1, 2, True),
        (f"-y()\n+{IGNORE}\n-y()\n+x()", 2, 2, True),
        (f" {IGNORE}\n+x()  {IGNORE}", 2, 2, False),
    ],
)
def test_a_comment_mutes(text: str, start: int, end: int, is_new: bool) -> None:
    assert _mutes(text, finding(start, end)) == [Mute("inline", "why", is_new)]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("+x()", 1),
        ("+x()  # reviewbot: ignore[RB-SECURITY] another rule", 1),
        ("+x()  # reviewbot: ignore all that is here", 1),
        ("+x()  # reviewbot: ignore[*] all that is here", 1),
        (f"+y()  {IGNORE}\n+x()", 2),
        (f"+{IGNORE}\n+\n+x()", 3),
        (f"+x()\n+{IGNORE}", 1),
        (f"-x()  {IGNORE}\n+x()", 1),
        (f"-{IGNORE}\n+x()", 1),
        ('+x("reviewbot: ignore[RB-CORRECTNESS]")', 1),
    ],
)
def test_other_lines_do_not(text: str, start: int) -> None:
    assert _mutes(text, finding(start)) == [None]


def test_a_finding_on_removed_code_is_muted_at_its_nearest_new_line() -> None:
    text = f"-check()\n+{IGNORE}\n x()"
    assert _mutes(text, finding(2, side=Side.OLD)) == [Mute("inline", "why", is_new=True)]


def test_each_rule_of_a_line_is_named() -> None:
    text = "+x()  # reviewbot: ignore[RB-CORRECTNESS, LINT-RUFF] why"
    mutes = _mutes(
        text,
        finding(1),
        finding(1, rule="LINT-RUFF-F821"),
        finding(1, category=Category.SECURITY),
    )
    assert [mute is not None for mute in mutes] == [True, True, False]


def test_the_line_before_may_stand_outside_of_the_hunk() -> None:
    file = file_of(" # context\n+x()")
    (hunk,) = file.hunks
    moved = report_of([finding(2)], file)
    assert moved.findings[0].location.start_line == 2
    text = f"{IGNORE}\nx()\n"
    only = type(hunk)(2, 2, hunk.lines[1:])
    report = report_of([finding(2)], type(file)("f.py", "f.py", "M", (only,)))
    assert len(muted_inline(report, {}).findings) == 1
    (found,) = muted_inline(report, {"f.py": text}).muted
    assert found.muted == Mute("inline", "why", is_new=False)


def test_a_file_that_a_series_changes_twice_is_left_alone() -> None:
    one, two = file_of(f"+x()  {IGNORE}"), file_of("+x()")
    assert len(muted_inline(report_of([finding(1)], one, two), {}).findings) == 1


def test_a_finding_that_stands_for_several_lines_is_muted_where_each_is() -> None:
    text = "+a  # reviewbot: ignore[RB-UNICODE]\n+b\n+c"
    one = finding(1, category=Category.SECURITY, rule="RB-UNICODE", also=(3,))
    report = muted_inline(report_of([one], file_of(text)), {})
    assert (report.findings, report.muted) == ((one,), ())
    assert report.notes == ("f.py:1: `RB-UNICODE` stands in line 3, too, which no comment mutes",)
    both = muted_inline(report_of([one], file_of(f"{text}  # reviewbot: ignore[RB-UNICODE]")), {})
    assert (len(both.muted), both.notes) == (1, ())


def test_one_new_comment_of_several_makes_the_mute_new() -> None:
    text = " a  # reviewbot: ignore[RB-UNICODE]\n+c  # reviewbot: ignore[RB-UNICODE]"
    one = finding(1, category=Category.SECURITY, rule="RB-UNICODE", also=(2,))
    assert _mutes(text, one) == [Mute("inline", "", is_new=True)]


def _notes(text: str, *findings: Finding) -> tuple[str, ...]:
    return muted_inline(report_of(list(findings), file_of(text)), {}).notes


def test_a_comment_that_names_no_rule_is_told() -> None:
    bare = "f.py:1: `ignore` without a rule mutes nothing: write ignore[RULE]"
    assert _notes("+x()  # reviewbot: ignore") == (bare,)
    assert _notes("+x()  # reviewbot: ignore[]", finding(1)) == (bare,)
    (told,) = _notes("+x()  # reviewbot: ignore[RB-CORECTNESS]")
    assert told.startswith("f.py:1: no rule `RB-CORECTNESS`")


def test_an_old_comment_is_told_only_where_a_finding_stands() -> None:
    text = " # reviewbot: ignore\n+x()"
    assert _notes(text) == ()
    assert len(_notes(text, finding(2))) == 1


def test_a_good_name_beside_a_wrong_one_still_mutes() -> None:
    text = "+x()  # reviewbot: ignore[RB-NONSENSE, RB-CORRECTNESS] why"
    assert _mutes(text, finding(1)) == [Mute("inline", "why", is_new=True)]
    assert len(_notes(text, finding(1))) == 1


def test_many_useless_comments_are_counted() -> None:
    notes = _notes("\n".join(["+# reviewbot: ignore"] * 500))
    assert len(notes) == 21
    assert notes[-1] == "480 more comments that mute nothing"


def test_a_note_is_safe_to_print() -> None:
    file = file_of("+# reviewbot: ignore[\x1b(52\x07]", path="a\n\x1b.py")
    report = muted_inline(report_of([], file), {})
    assert report.notes[0].startswith("a\\n\\x1b.py:1: no rule `")
    assert "\x1b" not in "".join(report.notes)


def test_a_muted_finding_does_not_stop_a_commit_and_stays_in_the_report() -> None:
    report = report_of([finding(1)], file_of(f"+x()  {IGNORE}"))
    assert report.exit_code("error") is ExitCode.FINDINGS
    muted = muted_inline(report, {})
    assert muted.exit_code("error") is ExitCode.OK
    assert [one.fingerprint for one in muted.muted] == [report.findings[0].fingerprint]


@pytest.mark.parametrize(
    ("mark", "category", "own"),
    [
        ("+", Category.SECURITY, 1),
        (" ", Category.SECURITY, 0),
        ("+", Category.CORRECTNESS, 0),
    ],
)
def test_a_change_that_mutes_its_own_security_finding_is_known(
    mark: str, category: Category, own: int
) -> None:
    line = "# reviewbot: ignore[RB-SECURITY, RB-CORRECTNESS]"
    report = muted_inline(
        report_of([finding(2, category=category)], file_of(f"{mark}{line}\n+x()")), {}
    )
    assert len(report.own_mutes) == own
    assert report.is_well is (own == 0)


_ROWS = st.sampled_from(
    [
        "x()",
        IGNORE,
        f"x()  {IGNORE}",
        "# reviewbot: ignore",
        "# reviewbot: ignore[RB-SECURITY]",
        "",
        "\x0b\x1c reviewbot:",
    ]
)


@given(
    st.lists(st.tuples(st.sampled_from("+- "), _ROWS), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1, 14), st.integers(0, 3)), max_size=5),
)
def test_no_finding_is_ever_lost(
    rows: list[tuple[str, str]], places: list[tuple[int, int]]
) -> None:
    text = "\n".join(mark + row for mark, row in rows)
    findings = [finding(start, start + more) for start, more in places]
    report: Report = muted_inline(report_of(findings, file_of(text)), {"f.py": ""})
    assert len(report.findings) + len(report.muted) == len(findings)
    new = {n for n, (mark, _) in enumerate((r for r in rows if r[0] != "-"), 1) if mark == "+"}
    for one in report.muted:
        assert one.muted is not None
        near = set(range(one.location.start_line - 1, one.location.end_line + 1))
        assert not one.muted.is_new or near & new
