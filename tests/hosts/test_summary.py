"""The summary says how the review went, in a length that every host takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from reviewbot.hosts.marks import is_summary, mark_of
from reviewbot.hosts.place import HostDiff
from reviewbot.hosts.remarks import remarks
from reviewbot.hosts.summary import summary
from reviewbot.report import FileCoverage, Report, total
from reviewbot.reporters.json_report import document
from tests.data.reports import EMPTY, FULL


def said(report: Report) -> str:
    made = document(report)
    return summary(made, remarks(made, HostDiff({}, same_head=True, same_base=True)))


def test_it_counts_what_was_found_and_what_was_not_reviewed() -> None:
    text = said(FULL)
    all_lines = total(FULL.coverage)
    assert "3 errors, 2 warnings, 1 note" in text
    assert "**INCOMPLETE: not all of this change was reviewed.**" in text
    assert (
        f"\n{all_lines.reviewed} of {all_lines.changed} changed lines reviewed,"
        f" {all_lines.skipped} skipped, **{all_lines.failed} failed**;"
        f" {len(FULL.muted)} finding"
    ) in text
    assert "- `uv.lock`: lock file (120 skipped)" in text
    assert "- `caf\\xe9.bin`: binary" in text
    assert is_summary(text)


def test_a_review_without_findings_is_no_approval() -> None:
    text = said(EMPTY)
    assert text.startswith("**reviewbot**: no findings\n")
    assert "INCOMPLETE" not in text
    assert "no lack of them, is an approval" in text


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_it_links_to_nothing(report: Report) -> None:
    tokens = MarkdownIt("commonmark").parse(said(report))
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "code_inline", "strong_open", "strong_close", "html_inline"}


@pytest.mark.parametrize("length", [1, 4000])
def test_many_long_lists_are_cut(length: int) -> None:
    many = tuple(
        FileCoverage(f"{'p' * length}{at}", skipped=1, reason="# " * 9000) for at in range(90)
    )
    text = said(replace(FULL, coverage=many, problems=("@x " * 9000,) * 90))
    assert len(text) < 65_536
    assert "… and 60 more" in text
    assert ("too long to list" in text) == (length > 1)


def test_every_remark_has_its_own_mark() -> None:
    made = document(replace(FULL, findings=FULL.findings * 2))
    found = remarks(made, HostDiff({}, same_head=True, same_base=True))
    marks = [mark_of(remark.body("suggestion")) for remark in found]
    keys = {mark.key for mark in marks if mark}
    assert len(keys) == len(found) == 2 * len(FULL.findings)
