from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given

from reviewbot.report import Report
from reviewbot.reporters.markdown_text import as_comment
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, said, saying


def xml_reads(text: str) -> str:
    """The text without the characters that XML 1.0 (§2.2) excludes."""
    return "".join(
        character
        for character in text
        if character in "\t\n\r"
        or " " <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character >= "\U00010000"
    )


def _errors(report: Report) -> list[tuple[str, dict[str, str]]]:
    root = ET.fromstring(written(report, "checkstyle"))
    assert root.tag == "checkstyle"
    assert root.get("version")
    return [(file.attrib["name"], error.attrib) for file in root for error in file]


def test_each_finding_is_an_error_of_its_file() -> None:
    found = [
        (name, int(error["line"]), error["severity"], error["source"])
        for name, error in _errors(FULL)
    ]
    assert found == [
        ("shop/größe & <co>.py", 12, "error", "reviewbot.RB-SECURITY"),
        ("shop/stock.py", 3, "warning", "reviewbot.RB-CORRECTNESS"),
        ("shop/stock.py", 9, "error", "reviewbot.LINT-RUFF-F821"),
        ("shop/stock.py", 32, "warning", "reviewbot.RB-MAINTAINABILITY"),
        ("shop/stock.py", 56, "error", "reviewbot.RB-SECRET"),
        ("-odd\\n\\x1b[31mname.py", 1, "info", "reviewbot.RB-PERFORMANCE"),
        ("shop/stock.py", 1, "warning", "reviewbot.RB-INCOMPLETE"),
    ]


def test_a_clean_review_has_no_files() -> None:
    assert _errors(EMPTY) == []


def test_an_incomplete_review_without_any_file_is_told() -> None:
    ((name, error),) = _errors(replace(EMPTY, problems=("no engine",)))
    assert (name, error["message"]) == (".", "The review is incomplete: no engine")


@given(WORDS)
def test_any_words_come_back_but_for_what_xml_cannot_hold(words: str) -> None:
    ((_, error),) = _errors(saying(words))
    assert error["message"] == xml_reads(as_comment(said(words)))
