"""Which engine the user wants, and where it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.engines.learnt import FORGETFUL, Memory
from reviewbot.engines.turn import OnWanted
from reviewbot.prompt import Think
from reviewbot.settings import CacheType, EngineName

if TYPE_CHECKING:
    from reviewbot.engines.ollama_window import Wish


@dataclass(frozen=True, slots=True)
class Warm:
    """The embedded engine is kept loaded for that many minutes after a review. `folder` is the
    user's cache folder. A review of low priority `starts` no worker: it would have that priority,
    too, for all reviews after it."""

    folder: Path
    minutes: float
    starts: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """The user's word on the engine. `model` and `url` may be left out. Reviews take turns by the
    files in `locks`; without it, none is waited for. `on_wanted` is called when another review
    waits for the engine that this one holds. Without `warm` an embedded engine ends with its
    review."""

    engine: EngineName
    model: str | None
    url: str | None
    models_folder: Path
    key: str | None = field(default=None, repr=False)
    ollama_host: str | None = None
    window: int | None = None
    think: Think | None = None
    slots: int | None = None
    gpu_layers: int | None = None
    cache_type: CacheType = "f16"
    lora: str | None = None
    locks: Path | None = None
    on_wanted: OnWanted | None = None
    warm: Warm | None = None
    memory: Memory = FORGETFUL

    @property
    def wish(self) -> Wish:
        from reviewbot.engines.ollama_window import Wish

        return Wish(self.window, self.think)

    @property
    def ollama_url(self) -> str:
        return self.url or url_of_host(self.ollama_host or "")


def url_of_host(host: str) -> str:
    """The server's URL behind an OLLAMA_HOST value, read as Ollama's own client reads it.

    >>> url_of_host("0.0.0.0")
    'http://127.0.0.1:11434'
    >>> url_of_host(":8080")
    'http://127.0.0.1:8080'
    """
    scheme, found, rest = host.strip(" \"'").rpartition("://")
    rest, _, path = rest.partition("/")
    if rest.count(":") > 1 and "[" not in rest:
        rest = f"[{rest}]"  # an IPv6 address alone
    name, colon, port = rest.rpartition(":") if not rest.endswith("]") else (rest, "", "")
    if not colon:
        name, port = rest, {"http": "80", "https": "443"}.get(scheme, "11434")
    if name in ("", "0.0.0.0", "[::]"):  # noqa: S104  (where a server listens; a client calls home)
        name = "127.0.0.1"
    return f"{scheme if found else 'http'}://{name}:{port}{'/' + path if path else ''}"
