"""A server in the place of Hugging Face, which speaks its wire format by its documents."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from reviewbot.models import hub, sources
from tests.serving import Handler, Request, Served, serving

_LOCAL = ("127.0.0.1",)
_from_url, _pages = sources.from_url, sources.pages


def entry(path: str, data: bytes) -> dict[str, Any]:
    """A large file, as the API lists it."""
    digest = hashlib.sha256(data).hexdigest()
    lfs = {"oid": digest, "size": len(data), "pointerSize": 135}
    return {"type": "file", "oid": "0" * 40, "size": len(data), "path": path, "lfs": lfs}


@contextmanager
def fake_hub(
    monkeypatch: pytest.MonkeyPatch,
    files: Mapping[str, bytes],
    *,
    repo: str = "owner/repo",
    listed: object = None,
) -> Iterator[Served]:
    """Holds the files of one repository; of any other it says what Hugging Face says."""
    if listed is None:
        others = [{"type": "directory", "oid": "0" * 40, "size": 0, "path": "sub"}]
        listed = others + [entry(path, data) for path, data in files.items()]

    def answer(handler: Handler, request: Request) -> None:
        path = request.path
        if path == f"/api/models/{repo}/tree/main?recursive=true":
            handler.say(listed if isinstance(listed, str) else json.dumps(listed))
        elif path.startswith(f"/{repo}/resolve/main/"):
            handler.say("", 302, location=path.replace("/resolve/main/", "/stored/") + "?Signed=1")
        elif path.startswith(f"/{repo}/stored/"):
            _file(handler, request, files[path.partition("/stored/")[2].removesuffix("?Signed=1")])
        else:
            handler.say('{"error":"Invalid username or password."}', 401)

    with serving(answer) as served:
        at(monkeypatch, served.url)
        yield served


def at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Put the hub there."""
    monkeypatch.setattr(hub, "HUB", url)
    monkeypatch.setattr(sources, "from_url", lambda url, offset: _from_url(url, offset, _LOCAL))
    monkeypatch.setattr(sources, "pages", lambda url: _pages(url, _LOCAL))


def _file(handler: Handler, request: Request, data: bytes) -> None:
    if found := re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", "")):
        handler.say(data[int(found[1]) :], 206)
    else:
        handler.say(data)
