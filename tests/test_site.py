"""The site of docs/: built strictly, without a dead link, and nothing is loaded from elsewhere."""

from __future__ import annotations

import functools
import importlib.util
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import ROOT, required

PICTURES = sorted((ROOT / "docs" / "terminal").glob("*.svg"))
# Attributes whose address a browser opens by itself; `href` of `a` is a link that a reader follows.
_LOADED = {"src", "srcset", "data", "poster", "action"}


class _Addresses(HTMLParser):
    """What a page loads, what it links to, and the places in it that can be linked to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loaded: set[str] = set()
        self.linked: set[str] = set()
        self.places: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name in _LOADED or (name == "href" and tag == "link"):
                self.loaded.add(value)
            elif name == "href":
                self.linked.add(value)
            elif name == "id":
                self.places.add(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("mkdocs") is None:
        required("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def _pages(site: Path) -> Iterator[tuple[Path, _Addresses]]:
    for page in site.rglob("*.html"):
        yield page, _Addresses(page)


@pytest.mark.slow
def test_no_page_and_no_style_loads_anything_from_another_host(site: Path) -> None:
    loaded = {address for _, found in _pages(site) for address in found.loaded}
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        loaded |= set(re.findall(r"url\(\s*['\"]?([^'\")]+)", text))
        loaded |= set(re.findall(r"@import\s+['\"]([^'\"]+)", text))
    assert any(address.endswith(".js") for address in loaded)
    assert any(".woff" in address for address in loaded)
    assert {address for address in loaded if _is_elsewhere(address)} == set()


def _is_elsewhere(address: str) -> bool:
    return bool(urlsplit(address).netloc)


def test_control_an_address_elsewhere_is_seen() -> None:
    assert _is_elsewhere("https://fonts.example/a.woff2")
    assert _is_elsewhere("//fonts.example/a.woff2")
    assert not _is_elsewhere("../fonts/a.woff2")


@pytest.mark.slow
def test_in_a_browser_no_page_asks_another_host(
    site: Path, asked: Callable[[str], set[str]]
) -> None:
    pages = ("index", "screenshots", "commands")  # they have one theme; more takes a minute
    with _served(site) as place:
        hosts = {urlsplit(a).netloc for page in pages for a in asked(f"http://{place}/{page}.html")}
        assert hosts - {""} == {place}
        found = asked(f"http://{place}/search.html?q=telemetry")
    assert any(address.endswith("search_index.json") for address in found)


@pytest.fixture
def asked() -> Iterator[Callable[[str], set[str]]]:
    """All addresses that a browser asks for when it opens one."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None or importlib.util.find_spec("playwright") is None:
        required("browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = driver.chromium.launch(executable_path=program, args=options)

        def opened(address: str) -> set[str]:
            page, seen = browser.new_page(), set[str]()
            page.on("request", lambda request: seen.add(request.url))
            page.goto(address, wait_until="networkidle")
            page.close()
            return seen

        yield opened
        browser.close()


@contextmanager
def _served(site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.slow
def test_each_link_within_the_site_leads_somewhere(site: Path) -> None:
    pages = dict(_pages(site))
    dead = set()
    for page, found in pages.items():
        for address in found.linked | found.loaded:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file() or not _has(pages.get(target), parts.fragment):
                dead.add(f"{page.name}: {address}")
    assert dead == set()


def _has(page: _Addresses | None, fragment: str) -> bool:
    return page is None or fragment in {"", *page.places}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_of_the_terminal_loads_nothing_and_names_no_machine(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[\w./-]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@font-face|@import|<image|<script|<foreignObject", text)
    assert not re.search(r"/(?:tmp|home|root|Users|work)/", text)


def test_each_page_of_docs_is_in_the_site() -> None:
    listed = re.findall(r"^  - .*: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))
