from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from junitparser import JUnitXml, TestCase

from reviewbot.report import Report
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, said, saying
from tests.reporters.test_checkstyle import xml_reads

TestCase.__test__ = False  # it is no test of ours


def _suites(report: Report) -> Any:
    return JUnitXml.fromstring(written(report, "junit").encode())


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_the_counts_are_those_of_the_cases(report: Report) -> None:
    suites = _suites(report)
    told = (suites.tests, suites.failures, suites.errors)
    suites.update_statistics()
    assert told == (suites.tests, suites.failures, suites.errors)


def test_findings_fail_and_other_files_say_what_became_of_them() -> None:
    (suite,) = _suites(FULL)
    found = [
        (case.classname, case.name.partition(":")[0], case.result[0]._tag if case.result else None)
        for case in suite
    ]
    odd = "-odd\\n\\x1b[31mname.py"
    assert found == [
        ("shop/größe & <co>.py", "RB-SECURITY line 12", "failure"),
        ("shop/stock.py", "RB-CORRECTNESS line 3", "failure"),
        ("shop/stock.py", "LINT-RUFF-F821 line 9", "failure"),
        ("shop/stock.py", "RB-MAINTAINABILITY line 32", "failure"),
        ("shop/stock.py", "RB-SECRET line 56", "failure"),
        (odd, "RB-PERFORMANCE line 1", "failure"),
        ("shop/stock.py", "reviewed", "error"),
        ("uv.lock", "reviewed", "skipped"),
        ("caf\\xe9.bin", "reviewed", "skipped"),
        ("reviewbot", "review", "error"),
    ]


def test_a_file_without_findings_is_a_test_that_passed() -> None:
    (suite,) = _suites(replace(FULL, findings=()))
    passed = [case.classname for case in suite if case.is_passed]
    assert passed == ["shop/größe & <co>.py", "-odd\\n\\x1b[31mname.py"]


@given(WORDS)
def test_any_words_come_back_but_for_what_xml_cannot_hold(words: str) -> None:
    (suite,) = _suites(saying(words))
    (case,) = suite
    (failure,) = case.result
    # A parser makes one newline of each kind of them (XML 1.0, §2.11).
    expected = re.sub(r"\r\n?", "\n", xml_reads(said(words)))
    assert failure.text == f"shop/stock.py:56: {expected}"


def test_another_parser_reads_the_bytes() -> None:
    root = ET.fromstring(written(FULL, "junit").encode())
    assert len(root.findall("testsuite/testcase")) == 10
