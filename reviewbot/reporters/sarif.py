"""SARIF 2.1.0 (OASIS, errata 01), for code scanning and editors.

It has what GitHub's upload asks for: each rule with both descriptions and help, each result with a
relative location, and columns where the change is known. Muted findings are results with a
suppression. `partialFingerprints` holds the finding's own fingerprint.
"""

from __future__ import annotations

from typing import Any, TextIO

from reviewbot import __version__
from reviewbot.finding import Finding
from reviewbot.plain import plain_line
from reviewbot.report import Report, total
from reviewbot.reporters.code import Code
from reviewbot.reporters.rules import rule_info
from reviewbot.reporters.sarif_invocation import invocation
from reviewbot.reporters.sarif_result import result
from reviewbot.reporters.written import json_text

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def write(report: Report, stream: TextIO) -> None:
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    stream.write(json_text(log, indent=2) + "\n")


def _run(report: Report) -> dict[str, Any]:
    findings = (*report.findings, *report.muted)
    rules = {finding.rule: _rule(finding) for finding in findings}
    index = {rule: at for at, rule in enumerate(rules)}
    code = Code(report.files)
    driver = {"name": "reviewbot", "version": __version__, "rules": list(rules.values())}
    return {
        "tool": {"driver": driver},
        "invocations": [invocation(report)],
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "The top of the reviewed repository."}}
        },
        "columnKind": "utf16CodeUnits",
        "results": [result(one, index[one.rule], code, report.is_known(one)) for one in findings],
        "properties": _properties(report),
    }


def _rule(finding: Finding) -> dict[str, Any]:
    info = rule_info(finding)
    return {
        "id": finding.rule,
        "shortDescription": {"text": info.title},
        "fullDescription": {"text": info.help},
        "help": {"text": info.help},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": [str(finding.category), str(finding.source)]},
    }


def _properties(report: Report) -> dict[str, Any]:
    counts = total(report.coverage)
    scope, engine = report.scope, report.engine
    return {
        "status": report.status,
        "scope": {
            "kind": scope.kind,
            "label": plain_line(scope.label),
            "base": scope.base,
            "head": scope.head,
        },
        "model": engine and plain_line(engine.model),
        "changedLines": counts.changed,
        "reviewedLines": counts.reviewed,
        "skippedLines": counts.skipped,
        "failedLines": counts.failed,
    }
