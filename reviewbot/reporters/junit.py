"""JUnit's XML: findings as failed tests, files without any as tests that passed, were skipped, or
could not be run. A widget that knows nothing of reviews shows so what was not reviewed, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO
from xml.etree import ElementTree as ET

from reviewbot.finding import Finding
from reviewbot.plain import plain_line, plain_path
from reviewbot.report import FileCoverage, Report
from reviewbot.reporters.told import by_file, in_full, not_reviewed
from reviewbot.reporters.written import xml_text


def write(report: Report, stream: TextIO) -> None:
    suites = ET.Element("testsuites", name="reviewbot")
    suite = ET.SubElement(suites, "testsuite", name="reviewbot")
    suite.extend(_cases(report))
    counts = {
        "tests": len(suite),
        "failures": len(suite.findall("*/failure")),
        "errors": len(suite.findall("*/error")),
    }
    for element in (suites, suite):
        for name, count in counts.items():
            element.set(name, str(count))
        element.set("time", f"{report.timings.total:.3f}")
    suite.set("skipped", str(len(suite.findall("*/skipped"))))
    stream.write(xml_text(suites))


def _cases(report: Report) -> Iterator[ET.Element]:
    for findings in by_file(report):
        yield from map(_finding, findings)
    flagged = {finding.location.path for finding in report.findings}
    for entry in report.coverage:
        if entry.failed or entry.path not in flagged:
            yield _file(entry)
    for problem in report.problems:
        case = ET.Element("testcase", classname="reviewbot", name="review")
        ET.SubElement(case, "error", message=plain_line(problem), type="incomplete")
        yield case


def _finding(finding: Finding) -> ET.Element:
    location = finding.location
    name = f"{finding.rule} line {location.start_line}: {finding.title}"
    case = _case(plain_path(location.path), name)
    case.set("line", str(location.start_line))
    failure = ET.SubElement(case, "failure", message=finding.title, type=str(finding.severity))
    place = f"{plain_path(location.path)}:{location.start_line}"
    failure.text = f"{place}: {in_full(finding)}"
    return case


def _file(entry: FileCoverage) -> ET.Element:
    case = _case(plain_path(entry.path), "reviewed")
    if entry.failed:
        ET.SubElement(case, "error", message=not_reviewed(entry), type="incomplete")
    elif entry.reason:
        ET.SubElement(case, "skipped", message=not_reviewed(entry))
    return case


def _case(path: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=path, name=name, file=path)
