"""A change at a host, and reports about it."""

from __future__ import annotations

from typing import Any

from reviewbot.changeset import Scope
from reviewbot.finding import Category, Finding, Location, Severity, Side, Source, fingerprint
from reviewbot.report import FileCoverage, Report
from reviewbot.reporters.json_report import document

HEAD, BASE = "a" * 40, "b" * 40

# Old lines 1-6, new lines 1-7; 2 and 3 are new, old 4 is gone.
SHOP_DIFF = (
    "@@ -1,6 +1,7 @@ import os\n"
    " first\n"
    "+    added = 1\n"
    "+    more = 2\n"
    " second\n"
    " third\n"
    "-    check(user)\n"
    " fifth\n"
    " sixth\n"
)
NEW_DIFF = "@@ -0,0 +1,2 @@\n+alpha\n+omega\n\\ No newline at end of file\n"


def gitlab_diffs() -> list[dict[str, Any]]:
    return [
        _gitlab_file("shop/new name.py", "shop/old.py", SHOP_DIFF, renamed_file=True),
        _gitlab_file("added.py", "added.py", NEW_DIFF, new_file=True),
        _gitlab_file("large.py", "large.py", "", too_large=True),
    ]


def _gitlab_file(path: str, old_path: str, diff: str, **more: bool) -> dict[str, Any]:
    return {"new_path": path, "old_path": old_path, "diff": diff, **more}


def finding(
    path: str,
    first: int,
    last: int | None = None,
    *,
    quote: str,
    side: Side = Side.NEW,
    removed: tuple[int, int] | None = None,
    message: str = "This is wrong, because it is.",
    suggestion: str | None = None,
    severity: Severity = Severity.WARNING,
    source: Source = Source.MODEL,
) -> Finding:
    rule = Category.CORRECTNESS.rule
    return Finding(
        rule=rule,
        category=Category.CORRECTNESS,
        severity=severity,
        confidence=0.5,
        location=Location(path, side, first, last or first, removed),
        quote=quote,
        title=message,
        message=message,
        fingerprint=fingerprint(rule, path, quote),
        suggestion=suggestion,
        source=source,
    )


ADDED = finding("shop/new name.py", 2, 3, quote="    added = 1\n    more = 2")
REMOVED = finding("shop/new name.py", 5, quote="    check(user)", side=Side.OLD, removed=(4, 4))
NEW_FILE = finding("added.py", 2, quote="omega", severity=Severity.ERROR)
LARGE = finding("large.py", 900, quote="far = away")
OUTSIDE = finding("elsewhere.py", 4, quote="not = here")


def report(
    *findings: Finding, head: str = HEAD, base: str = BASE, problem: str = "", failed: int = 0
) -> str:
    """A JSON report of the range, as its file's text."""
    made = Report(
        Scope("range", f"{base[:10]}..{head[:10]}", base=base, head=head),
        engine=None,
        findings=findings,
        coverage=(FileCoverage("shop/new name.py", reviewed=3, failed=failed, reason=problem),),
        problems=(problem,) if problem else (),
    )
    return document(made).model_dump_json()


def github_files() -> list[dict[str, Any]]:
    renamed = {"filename": "shop/new name.py", "previous_filename": "shop/old.py"}
    return [
        {**renamed, "status": "renamed", "patch": SHOP_DIFF.rstrip("\n")},
        {"filename": "added.py", "status": "added", "patch": NEW_DIFF.rstrip("\n")},
        {"filename": "large.py", "status": "modified"},
    ]
