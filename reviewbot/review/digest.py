"""A digest of all that an answer follows from, so that no row of another run passes for this one's.

The code that makes prompts and reads replies is a part of it: a measurement is made where somebody
is changing that code, and the version alone would not tell.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import resources
from importlib.resources.abc import Traversable

from reviewbot.report import EngineInfo
from reviewbot.settings import Settings

_ROOMS = ("change", "engines", "linters", "models", "prompting", "review")
_MODULES = ("finding.py", "plain.py", "prompt.py", "report.py")
_READ = (".py", ".j2", ".toml", ".scm")
# What is done with a report, who may be talked to, and where things lie; what lies there is told
# by digests.
_SETTINGS_BESIDE = frozenset(
    {"format", "fail_on", "strict", "allow_hosts", "allow_plaintext", "timeout"}
    | {"cache", "cache_size_mb", "models_dir", "cache_dir", "system_prompt", "prompts_folder"}
    | {"background", "api_key", "ollama_host", "model", "url"}
    | {"cache_key_file", "cache_ttl_days", "cache_key", "cache_password"}
)


def code_digest() -> str:
    """Of the code and the prompts as they are installed."""
    package = resources.files("reviewbot")
    found = hashlib.sha256()
    roots = [package / name for name in (*_ROOMS, *_MODULES)]
    for root in (*roots, resources.files("reviewbot.prompts")):
        for name, content in _contents(root):
            found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:32]


def _contents(place: Traversable) -> Iterator[tuple[str, bytes]]:
    if place.is_dir():
        for inner in sorted(place.iterdir(), key=lambda item: item.name):
            yield from _contents(inner)
    elif place.name.endswith(_READ):
        yield place.name, place.read_bytes()


def settings_told(settings: Settings) -> dict[str, object]:
    """The settings that bear on an answer."""
    names = (item.name for item in fields(settings) if item.name not in _SETTINGS_BESIDE)
    return {name: getattr(settings, name) for name in names}


def run_digest(engine: EngineInfo, settings: Settings, beside: Mapping[str, str]) -> str:
    """`beside` are digests of the user's own templates, and the versions of linters, by name."""
    # Weights are known by their bytes, whatever name or place they were asked for by.
    named = [] if engine.digest else [settings.model, settings.url]
    who = [engine.name, engine.model, engine.digest, engine.window, *named]
    # A threshold is applied to the rows, which hold all findings.
    asked = {**settings_told(settings), "min_confidence": None}
    parts = [who, asked, dict(beside), code_digest()]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
