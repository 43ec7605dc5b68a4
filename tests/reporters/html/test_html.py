"""The page as text, without a browser: `test_browser.py` has what only a browser can tell."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reviewbot.finding import Location, Side
from reviewbot.report import FileCoverage
from reviewbot.reporters.html.page import page_of
from tests.conftest import ROOT
from tests.data.regenerate import FOLDER, golden, written
from tests.data.reports import EMPTY, FULL
from tests.reporters.html.change import (
    CHANGE,
    GONE,
    LOOSE,
    MUTED,
    NAME,
    ORDERS,
    STEP,
    STOCK,
    added,
    file_of,
    finding,
    hostile,
    large_change,
)

LIMIT = 10_000_000


@pytest.mark.parametrize("name", ["full.html", "empty.html"])
def test_the_html_is_the_golden_one(name: str) -> None:
    assert golden()[name] == (FOLDER / name).read_text(encoding="utf-8")


class _Elements(HTMLParser):
    """The names of all elements, and of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_text_from_outside_makes_no_element_and_no_attribute() -> None:
    found = _Elements(written(hostile(), "html"))
    known = _Elements(written(CHANGE, "html"))
    assert set(found.tags) <= set(known.tags)
    assert found.tags.count("script") == found.tags.count("style") == 1
    assert {name for name, _ in found.attributes} <= {name for name, _ in known.attributes}
    links = [value for name, value in found.attributes if name in ("href", "src", "action")]
    assert links
    assert all(re.fullmatch(r"#[a-z]+(-\d+)?", link or "") for link in links)


def test_no_invisible_character_is_written() -> None:
    text = written(hostile(), "html")
    text.encode()
    kinds = {unicodedata.category(character) for character in text if character not in "\n\t"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_what_cannot_be_seen_in_code_is_escaped_in_place() -> None:
    report = replace(CHANGE, files=(file_of("a.py", added("\ta\r\x1b\u202eb", 1)),))
    assert "<td>\ta\\r\\x1b\\u202eb" in written(report, "html")


def test_templates_in_text_are_text() -> None:
    text = written(hostile(), "html")
    assert "{{ 7*7 }}" in text
    assert "49" not in re.sub(r"<(style|script)>.*?</\1>", "", text, flags=re.DOTALL)


def test_the_policy_names_the_only_style_and_script() -> None:
    text = written(CHANGE, "html")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    for name in ("style", "script"):
        (inner,) = re.findall(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy[1]


def test_each_finding_stands_once() -> None:
    text = written(CHANGE, "html")
    for number in range(1, 6):
        assert text.count(f'id="finding-{number}"') == 1
    assert [card.finding for card, _ in page_of(CHANGE).findings] == [GONE, STEP, LOOSE, NAME]


def test_a_file_that_is_changed_twice_has_the_finding_where_its_line_is() -> None:
    """A series of patches changes a file several times."""
    later = file_of("shop/stock.py", added("late", 90))
    page = page_of(
        replace(CHANGE, files=(STOCK, later), findings=(finding("shop/stock.py", 90),), muted=())
    )
    assert [section.loud for section in page.sections] == [0, 1]


def test_removed_code_without_its_lines_is_shown_at_the_nearest_new_one() -> None:
    told = finding("shop/orders.py", 12, location=Location("shop/orders.py", Side.OLD, 12, 12))
    page = page_of(replace(CHANGE, files=(ORDERS,), findings=(told,), muted=()))
    (row,) = [row for row in page.sections[0].parts[0].rows if row.cards]
    assert row.new_no == 12


def test_muted_findings_are_folded_and_flag_no_line() -> None:
    page = page_of(replace(CHANGE, findings=(), muted=(MUTED,)))
    assert page.findings == ()
    rows = [row for section in page.sections for part in section.parts for row in part.rows]
    assert not any("f" in row.mark for row in rows)
    text = written(replace(CHANGE, findings=(), muted=(MUTED,)), "html")
    assert '<details class="muted"><summary>warning: Known (muted by a comment' in text


def test_an_incomplete_review_says_so_first() -> None:
    text = written(CHANGE, "html")
    assert text.index('class="banner incomplete"') < text.index('id="findings"')
    assert "<title>INCOMPLETE: 4 findings in" in text
    whole = replace(CHANGE, problems=(), coverage=(FileCoverage("a.py", 1),))
    assert "INCOMPLETE" not in written(whole, "html")


def test_nothing_to_review_is_no_clean_review() -> None:
    assert "There was nothing to review." in written(EMPTY, "html")
    clean = replace(CHANGE, findings=(), muted=(), problems=(), coverage=(FileCoverage("a", 1),))
    assert "<p>None.</p>" in written(clean, "html")
    failed = replace(clean, coverage=(FileCoverage("a", failed=1),))
    assert "<p>None in what was reviewed.</p>" in written(failed, "html")


def test_what_left_the_machine_is_told() -> None:
    assert "<dt>Addresses opened</dt>\n<dd>127.0.0.1:11434</dd>" in written(FULL, "html")
    assert "<dt>Addresses opened</dt>\n<dd>none</dd>" in written(EMPTY, "html")


# Large changes


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["    total += price_of(item) * count", "<" * 300, "\u202e" * 99],
    ids=["code", "marks", "hidden"],
)
def test_a_page_of_100_000_lines_stays_within_its_limit(text: str) -> None:
    files = large_change(100_000, text)
    claims = tuple(finding(file.path, 9, text, message="&" * 500) for file in files[::2])
    coverage = tuple(FileCoverage(file.path, 50, reason=text) for file in files)
    report = replace(CHANGE, files=files, findings=claims, coverage=coverage)
    written_bytes = len(written(report, "html").encode())
    assert 5_000_000 < written_bytes <= LIMIT


@pytest.mark.slow
def test_a_page_of_many_small_files_stays_within_its_limit() -> None:
    files = tuple(file_of(f"{at}.py", added("x", 1), header="") for at in range(60_000))
    coverage = tuple(FileCoverage(file.path, 1) for file in files)
    report = replace(CHANGE, files=files, findings=(), muted=(), coverage=coverage)
    text = written(report, "html")
    assert 3_000_000 < len(text.encode()) <= LIMIT
    assert "left-out" in text


def test_lines_near_findings_come_first_and_the_rest_is_told() -> None:
    files = large_change(20_000, "y" * 1_000)
    last = finding(files[-1].path, 5)
    report = replace(CHANGE, files=files, findings=(last,), muted=())
    page = page_of(report)
    (section,) = [section for section in page.sections if section.cards]
    assert section.path == files[-1].path
    gaps = sum(row.left_out for one in page.sections for part in one.parts for row in part.rows)
    whole = {section.number for section in page.sections}
    missing = sum(50 for number in range(len(files)) if number not in whole)
    assert 0 < gaps + missing == page.left_out.lines < 20_000
    text = written(report, "html")
    assert f"{page.left_out.lines:,} lines of the change" in text
    assert f"among them all of {page.left_out.files:,} files" in text


def test_a_finding_whose_line_has_no_room_is_still_shown() -> None:
    lines = [added("z" * 3_000, number) for number in range(1, 4_001)]
    claims = tuple(finding("big.js", number) for number in range(1, 4_000, 40))
    page = page_of(replace(CHANGE, files=(file_of("big.js", *lines),), findings=claims, muted=()))
    (section,) = page.sections
    assert len(section.cards) == len(claims)
    assert section.loose


def test_too_many_findings_leave_the_mildest_out() -> None:
    many = tuple(finding("a.py", number, "t" * 200) for number in range(1, 2_000))
    page = page_of(replace(CHANGE, findings=many, muted=(), files=()))
    assert [card.finding for card, _ in page.findings] == list(many[: len(page.findings)])
    assert page.left_out.findings == len(many) - len(page.findings) > 0


def test_files_that_were_not_reviewed_are_listed_before_all_others() -> None:
    coverage = (
        *(FileCoverage(f"{'p' * 200}/{number}", 1) for number in range(10_000)),
        FileCoverage("last", failed=3, reason="the deadline has passed"),
    )
    page = page_of(replace(CHANGE, coverage=coverage))
    assert page.coverage[-1].path == "last"
    assert len(page.coverage) + page.left_out.coverage == 10_001
    assert page.left_out.coverage > 0
    assert "10,001 files" in written(page.report, "html")


def test_a_long_line_is_cut_and_says_so() -> None:
    report = replace(CHANGE, files=(file_of("a.js", added("x" * 12_345, 1)),))
    assert "x" * 2_000 + " … 10,345 characters more" in written(report, "html")


def test_jinja_is_imported_by_the_report_alone() -> None:
    code = "import sys, reviewbot.reporters.html; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
