"""Checkstyle's XML, which most CI servers and editors read. It has no word for a review that is
incomplete, so that is an entry of the first file that was not reviewed in full. Some tools post its
messages as comments, so nothing in them acts."""

from __future__ import annotations

from typing import TextIO
from xml.etree import ElementTree as ET

from reviewbot.finding import Finding, Severity
from reviewbot.plain import plain_path
from reviewbot.report import Report
from reviewbot.reporters.markdown_text import as_comment
from reviewbot.reporters.told import INCOMPLETE_RULE, by_file, in_full, shortfall
from reviewbot.reporters.written import xml_text

# The version of Checkstyle whose form this is; readers ask for one.
_VERSION = "10.0"
_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


def write(report: Report, stream: TextIO) -> None:
    root = ET.Element("checkstyle", version=_VERSION)
    for findings in by_file(report):
        file = ET.SubElement(root, "file", name=plain_path(findings[0].location.path))
        for finding in findings:
            _finding(file, finding)
    missing = shortfall(report)
    if missing is not None:
        file = ET.SubElement(root, "file", name=plain_path(missing.path))
        _error(file, 1, ("warning", missing.text, INCOMPLETE_RULE))
    stream.write(xml_text(root))


def _finding(file: ET.Element, finding: Finding) -> None:
    said = (_SEVERITIES[finding.severity], in_full(finding), finding.rule)
    _error(file, finding.location.start_line, said)


def _error(file: ET.Element, line: int, said: tuple[str, str, str]) -> None:
    severity, message, rule = said
    ET.SubElement(
        file,
        "error",
        line=str(line),
        severity=severity,
        message=as_comment(message),
        source=f"reviewbot.{rule}",
    )
