"""The page in a real browser: what it shows, what runs in it, and what it asks the network for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.report import Report
from tests.conftest import required
from tests.data.regenerate import written
from tests.data.reports import EMPTY
from tests.reporters.html.change import CHANGE, HOSTILE, finding, hostile, large_change
from tests.watching import trapping

pytestmark = pytest.mark.slow

# Rules of axe-core that are met: WCAG 2.2 up to AA, and its best practices.
_AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        required("browser")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@dataclass
class Visit:
    """A page that is open, and what it did: addresses asked for, and complaints."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a report as a file, as a person would."""
    contexts = []

    def opened(report: Report, **settings: object) -> Visit:
        path = tmp_path / "report.html"
        path.write_text(written(report, "html"), encoding="utf-8")
        context = browser.new_context(**settings)
        contexts.append(context)
        found = Visit(context.new_page())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.goto(path.as_uri())
        assert found.requests == [path.as_uri()]
        return found

    yield opened
    for context in contexts:
        context.close()


def _violations(page: Any) -> list[str]:
    """What axe-core has to say of the page; its script is put in by the driver, past the policy."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=_AXE).response
    assert found["passes"]  # it did look
    return [
        f"{one['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", [CHANGE, EMPTY, hostile()], ids=["change", "empty", "hostile"])
def test_the_page_is_accessible(visit: Open, report: Report, scheme: str) -> None:
    seen = visit(report, color_scheme=scheme, bypass_csp=True)
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    # What is out of sight is not laid out, and could not be looked at.
    seen.page.add_style_tag(content=".file { content-visibility: visible !important }")
    assert _violations(seen.page) == []


def test_control_axe_sees_a_poor_contrast(visit: Open) -> None:
    seen = visit(CHANGE, bypass_csp=True)
    seen.page.add_style_tag(content=".facts { color: #ccc !important; background: #fff }")
    assert any(found.startswith("color-contrast") for found in _violations(seen.page))


def test_the_help_is_accessible(visit: Open) -> None:
    seen = visit(CHANGE, bypass_csp=True)
    seen.page.keyboard.press("?")
    assert seen.page.locator("dialog").is_visible()
    assert _violations(seen.page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_hostile_text_stays_text(visit: Open, javascript: bool) -> None:
    seen = visit(hostile(), java_script_enabled=javascript)
    page = seen.page
    page.wait_for_timeout(300)
    assert page.locator("script").count() == page.locator("style").count() == 1
    assert page.locator("img, iframe, svg, link, object, embed, base").count() == 0
    assert page.locator("meta[http-equiv]").count() == 1
    assert page.locator("[onerror], [onload], [onfocus], [style], [autofocus]").count() == 0
    assert page.locator("a:not([href^='#'])").count() == 0
    for text in HOSTILE[:-1]:
        assert page.get_by_text(text).count() >= 6, text
    if javascript:
        assert page.evaluate("window.pwned") is None
    assert len(seen.requests) == 1
    assert seen.complaints == []
    assert page.url.startswith("file:")


def test_control_what_got_in_could_not_run_or_load(visit: Open) -> None:
    """Were a text put in as markup, the policy would still stop it."""
    with trapping() as trap:
        seen = visit(CHANGE)
        seen.page.evaluate(
            """place => {
              document.body.insertAdjacentHTML("beforeend",
                `<img src="${place}x.png" onerror="window.pwned=1"><iframe src="${place}"></iframe>
                 <p style="color:red" onclick="window.pwned=1">x</p>`);
              document.body.lastElementChild.click();
            }""",
            f"http://127.0.0.1:{trap.port}/",
        )
        seen.page.wait_for_timeout(300)
        assert trap.calls == []
    assert seen.page.evaluate("window.pwned") is None
    assert sum("violates" in text for text in seen.complaints) >= 4


def test_findings_stand_below_their_lines(visit: Open) -> None:
    page = visit(CHANGE).page
    gone, step = page.locator("#finding-1"), page.locator("#finding-2")
    above = "xpath=ancestor::tr/preceding-sibling::tr[1]"
    assert gone.locator(above).inner_text().split("\t") == ["13", "", "        raise Forbidden"]
    assert step.locator(above).inner_text().split("\t") == ["", "3", "row_3 = 3"]
    assert page.locator("tr.f").count() == 4
    for text in ("One step too far", "RB-CORRECTNESS", "confidence 0.50", "row_3 = 2"):
        assert text in step.inner_text()


@pytest.mark.parametrize("javascript", [True, False])
def test_it_reads_without_a_script(visit: Open, javascript: bool) -> None:
    page = visit(CHANGE, java_script_enabled=javascript).page
    assert page.get_by_text("INCOMPLETE: 4 changed lines were not reviewed").is_visible()
    for number in (1, 2, 3, 4):
        assert page.locator(f"#finding-{number}").is_visible()
    assert page.locator("#filter").is_visible() is javascript
    muted = page.locator("#finding-5")
    assert not muted.is_visible()
    page.locator("details.muted summary").click()
    assert muted.is_visible()
    assert not page.get_by_text("x = 1", exact=True).is_visible()
    page.locator("#file-2 > summary").click()
    assert page.get_by_text("x = 1", exact=True).is_visible()


def test_keys_walk_through_the_findings(visit: Open) -> None:
    seen = visit(CHANGE)
    press = seen.page.keyboard.press
    walked = []
    for key in "jjjjjkk":
        press(key)
        walked.append(seen.focused)
    assert walked == [f"finding-{number}" for number in (1, 2, 4, 3, 3, 4, 2)]
    outline = seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    press("/")
    assert seen.page.evaluate("document.activeElement.name") == "text"
    seen.page.keyboard.type("jk?/")
    assert seen.page.locator("[name=text]").input_value() == "jk?/"
    press("Escape")
    assert seen.page.evaluate("document.activeElement === document.body")


def test_help_opens_closes_and_turns_the_keys_off(visit: Open) -> None:
    seen = visit(CHANGE)
    dialog = seen.page.locator("dialog")
    seen.page.keyboard.press("?")
    assert dialog.is_visible()
    seen.page.keyboard.press("j")
    assert not seen.focused.startswith("finding")
    dialog.get_by_label("Listen to these keys").uncheck()
    seen.page.keyboard.press("Escape")
    assert not dialog.is_visible()
    seen.page.keyboard.press("j")
    assert not seen.focused.startswith("finding")


def test_every_control_is_reached_by_tab_and_shows_it(visit: Open) -> None:
    seen = visit(CHANGE)
    reached = set()
    for _ in range(40):
        seen.page.keyboard.press("Tab")
        tag, outline = seen.page.evaluate(
            "(e => [e.tagName, getComputedStyle(e).outlineStyle])(document.activeElement)"
        )
        if tag != "BODY":
            assert outline == "solid", tag
            reached.add(tag)
    assert {"A", "BUTTON", "INPUT", "SELECT", "SUMMARY"} <= reached


def test_findings_are_filtered(visit: Open) -> None:
    page = visit(CHANGE).page

    def shown() -> list[int]:
        return [n for n in (1, 2, 3, 4) if page.locator(f"#finding-{n}").is_visible()]

    assert page.locator("#shown").inner_text() == "4 of 4 shown"
    page.get_by_label("note", exact=True).uncheck()
    assert shown() == [1, 2, 3]
    page.get_by_role("combobox", name="File").select_option(label="shop/stock.py (2)")
    assert shown() == [2]
    assert not page.locator("#file-0").is_visible()
    page.get_by_label("note", exact=True).check()
    page.get_by_role("combobox", name="File").select_option("")
    page.get_by_role("searchbox").fill("CHECK is")
    assert shown() == [1]
    assert page.locator("#shown").inner_text() == "1 of 4 shown"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "finding-1"


def test_a_link_opens_the_file_that_it_leads_to(visit: Open) -> None:
    page = visit(CHANGE).page
    page.get_by_role("link", name="shop/quiet.py").click()
    assert page.get_by_text("x = 1", exact=True).is_visible()
    page.get_by_role("link", name="One step too far").click()
    assert page.evaluate("document.activeElement.id") == "finding-2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_is_the_readers_and_can_be_switched(visit: Open, scheme: str) -> None:
    page = visit(CHANGE, color_scheme=scheme).page

    def is_dark() -> bool:
        color = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return sum(int(part) for part in color[4:-1].split(",")) < 3 * 128

    assert is_dark() is (scheme == "dark")
    page.locator("#theme").click()
    assert is_dark() is (scheme == "light")
    page.locator("#theme").click()
    assert is_dark() is (scheme == "dark")


def test_the_banner_stays_in_sight(visit: Open) -> None:
    page = visit(CHANGE, viewport={"width": 800, "height": 400}).page
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert page.locator(".incomplete").bounding_box()["y"] == 0


def test_a_narrow_screen_scrolls_no_page_sideways(visit: Open) -> None:
    page = visit(CHANGE, viewport={"width": 360, "height": 640}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_page_of_100_000_lines_opens_and_is_walked_through(visit: Open) -> None:
    files = large_change(100_000, "    total += price_of(item) * count")
    claims = tuple(finding(file.path, 9) for file in files[::10])
    seen = visit(replace(CHANGE, files=files, findings=claims, muted=()))
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("j")
    assert seen.focused == "finding-2"
    seen.page.get_by_role("searchbox").fill("src/500.py")
    assert seen.page.locator("#shown").inner_text() == "1 of 200 shown"
    assert "left out" in seen.page.locator("#left-out").inner_text().lower()
    assert seen.complaints == []
