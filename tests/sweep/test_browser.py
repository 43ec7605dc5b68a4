"""The page of a sweep in a real browser, of a history whose words are an attack."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Literal

import pytest

from reviewbot.finding import Category, Severity, Side, Source
from reviewbot.reporters.json_report import PrivacyEntry, TimingsEntry, UsageEntry
from reviewbot.sweep.document import (
    CountsEntry,
    HotFile,
    LinesEntry,
    Period,
    SweepDocument,
    SweepEntry,
    SweptFinding,
    UnitEntry,
)
from reviewbot.sweep.page import written
from tests.conftest import required

pytestmark = pytest.mark.slow

_HOSTILE = "</style></title><script>document.title='run'</script><img src=x onerror=alert(1)>&quot;"
_AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def _finding(state: Any, severity: Severity) -> SweptFinding:
    return SweptFinding(
        rule=_HOSTILE,
        category=Category.SECURITY,
        severity=severity,
        confidence=0.5,
        path=_HOSTILE,
        side=Side.NEW,
        start_line=1,
        end_line=1,
        quote=_HOSTILE,
        title=_HOSTILE,
        message=f"{_HOSTILE}, and more",
        suggestion=_HOSTILE,
        fingerprint=_HOSTILE,
        source=Source.MODEL,
        state=state,
        since="2026-01-01T00:00:00Z",
        seen_in=[_HOSTILE, _HOSTILE],
    )


def _document() -> SweepDocument:
    unit = UnitEntry(
        id=_HOSTILE,
        at="2026-01-01T00:00:00Z",
        subject=_HOSTILE,
        status="failed",
        reason=_HOSTILE,
        reviewed=0,
        skipped=0,
        failed=0,
        findings=[],
    )
    return SweepDocument(
        sweep=SweepEntry(kind="history", label=_HOSTILE, head="a" * 40),
        status="incomplete",
        problems=[_HOSTILE],
        counts=CountsEntry(
            found=1, complete=0, incomplete=0, failed=1, not_reached=0, merges=2, muted=0
        ),
        lines=LinesEntry(reviewed=1, skipped=1, failed=1),
        engines=[],
        findings=[_finding("stands", one) for one in Severity] + [_finding("past", Severity.NOTE)],
        files=[HotFile(path=_HOSTILE, errors=1, warnings=1, notes=1, past=1)],
        periods=[Period(name=f"2026-{at:02}", units=1, lines=1, found=4, stand=3) for at in (1, 2)],
        units=[unit],
        privacy=PrivacyEntry(connections=[_HOSTILE]),
        usage=UsageEntry(
            calls=1, prompt_tokens=1, completion_tokens=1, cached_tokens=0, cached_chunks=0
        ),
        timings=TimingsEntry(capture=0, load=0, ask=0, total=0),
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_loads_nothing_runs_nothing_and_can_be_read(
    scheme: Literal["light", "dark"], tmp_path: Path
) -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from axe_playwright_python.sync_playwright import Axe
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        required("browser")
    path = tmp_path / "page.html"
    path.write_text("".join(written(_document())), encoding="utf-8")
    seen: list[str] = []
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=options)
        page = chromium.new_context(color_scheme=scheme).new_page()
        page.on("request", lambda request: seen.append(request.url))
        page.on("console", lambda message: seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on("dialog", lambda dialog: seen.append(dialog.message))
        page.goto(path.as_uri())
        assert page.title().startswith("INCOMPLETE: 3 findings in </style></title><script>")
        assert page.locator("script, img").count() == 0
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#findings"
        assert seen == [path.as_uri()]
        found = Axe().run(page, options=_AXE).response
        chromium.close()
    assert found["passes"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
