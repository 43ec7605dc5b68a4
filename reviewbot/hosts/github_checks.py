"""Publish a report as a check run with annotations: no comments, nothing to resolve.

GitHub takes 50 annotations a request and never removes one. A run that was stopped goes on after
the annotations that it had made; the same report again makes no second check.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reviewbot.errors import HostError
from reviewbot.finding import Severity
from reviewbot.hosts.github_comments import Comments
from reviewbot.hosts.ledger import Ledger
from reviewbot.hosts.place import HostDiff
from reviewbot.hosts.remarks import Remark, remarks
from reviewbot.hosts.summary import counted, summary
from reviewbot.hosts.wire import Api, mapping
from reviewbot.hosts.wishes import Wishes, check_head
from reviewbot.plain import plain, plain_line

if TYPE_CHECKING:
    from reviewbot.reporters.json_report import ReportDocument

_NAME = "reviewbot"
_MOST_A_REQUEST = 50
_LEVELS = {Severity.ERROR: "failure", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_LONGEST_TITLE = 200
_LONGEST_TEXT = 10_000  # of 64 kB


@dataclass(frozen=True, slots=True)
class _Check:
    """`identity` says which report a check run is about."""

    api: Api
    path: str
    head: str
    identity: str

    def found(self) -> dict[str, Any]:
        """The check run of this report that is there, or nothing."""
        path = f"{self.path}/commits/{self.head}/check-runs?check_name={_NAME}&filter=all"
        runs = self.api.get(path).item().get("check_runs")
        for run in map(mapping, runs if isinstance(runs, list) else []):
            if run.get("external_id") == self.identity:
                return run
        return {}

    def start(self, output: dict[str, Any]) -> None:
        body = {
            "name": _NAME,
            "head_sha": self.head,
            "external_id": self.identity,
            "status": "in_progress",
            "output": output,
        }
        path = f"{self.path}/check-runs"
        self.api.send("POST", path, body, done=lambda: bool(self.found()))

    def annotate(self, output: dict[str, Any], annotations: list[dict[str, Any]]) -> None:
        """Add annotations; a lost answer is looked up, since the same ones would be added."""
        before = _count(self.found())
        self.api.send(
            "PATCH",
            self._own(),
            {"output": {**output, "annotations": annotations}},
            done=lambda: _count(self.found()) >= before + len(annotations),
        )

    def complete(self, conclusion: str) -> None:
        self.api.send("PATCH", self._own(), {"status": "completed", "conclusion": conclusion})

    def _own(self) -> str:
        number = self.found().get("id")
        if number is None:
            raise HostError(
                f"{self.api.endpoint.host} does not list the check run that it made",
                "run the command again",
            )
        return f"{self.path}/check-runs/{number}"


def publish(document: ReportDocument, comments: Comments, wishes: Wishes, ledger: Ledger) -> str:
    """Annotate the pull request's newest commit. Returns what was done, or would be."""
    head = comments.head()
    check_head(document, head, force=wishes.force)
    found = remarks(document, HostDiff({}, same_head=True, same_base=True))
    shown, over = found[: wishes.most], found[wishes.most :]
    annotations = [_annotation(remark) for remark in shown]
    output = {"title": _title(found, document), "summary": summary(document, over)}
    if wishes.dry_run:
        lines = "".join(f"would annotate {json.dumps(item)}\n" for item in annotations)
        return f"{lines}would write the check run:\n{output['title']}\n{output['summary']}\n"
    check = _Check(comments.api, comments.target.path, head, _identity(output, annotations))
    _run(check, output, annotations, ledger)
    if not ledger.is_empty:
        check.complete("success" if document.status == "complete" and not found else "neutral")
    return ledger.text()


def _run(
    check: _Check, output: dict[str, Any], annotations: list[dict[str, Any]], ledger: Ledger
) -> None:
    standing = check.found()
    if standing.get("status") == "completed":
        return
    if not standing:
        check.start(output)
    ledger.add("summary")
    for at in range(_count(standing), len(annotations), _MOST_A_REQUEST):
        some = annotations[at : at + _MOST_A_REQUEST]
        check.annotate(output, some)
        ledger.add("posted", len(some))


def _count(run: dict[str, Any]) -> int:
    count = mapping(run.get("output")).get("annotations_count")
    return count if isinstance(count, int) else 0


def _identity(output: dict[str, Any], annotations: list[dict[str, Any]]) -> str:
    text = json.dumps([output, annotations], sort_keys=True)
    return f"{_NAME} {hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _title(found: tuple[Remark, ...], document: ReportDocument) -> str:
    count = counted(len(found), "finding")
    return count if document.status == "complete" else f"INCOMPLETE: {count}"


def _annotation(remark: Remark) -> dict[str, Any]:
    """GitHub shows these texts as they are, without Markdown."""
    finding = remark.finding
    made = {
        "path": finding.path,
        "start_line": finding.start_line,
        "end_line": finding.end_line,
        "annotation_level": _LEVELS[finding.severity],
        "title": plain_line(f"{finding.rule}: {finding.title}")[:_LONGEST_TITLE],
        "message": plain(finding.message or finding.title)[:_LONGEST_TEXT],
    }
    if finding.suggestion:
        made["raw_details"] = plain(finding.suggestion)[:_LONGEST_TEXT]
    return made
