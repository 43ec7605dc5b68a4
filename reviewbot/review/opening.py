"""What must be known of an engine before it is asked, remembered from when it was last opened, so
that a review which is wholly in the cache opens none."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from reviewbot.addresses import canonical, is_literal, parsed
from reviewbot.cache.base import Cache
from reviewbot.engines.base import Engine
from reviewbot.errors import ReviewbotError
from reviewbot.models.catalog import UNKNOWN, Family, families
from reviewbot.prompt import Prompt
from reviewbot.report import EngineInfo
from reviewbot.review.kept import digest

# A server may hold another model under the same name meanwhile: after this it is asked again.
BELIEVED_SECONDS = 86_400.0
# Up to this many bytes a file is known by its content.
_SMALL = 1 << 20


@dataclass(frozen=True, slots=True)
class Terms:
    """The user's word on the engine, as far as it tells one engine from another (`words`), and
    the part of it that alters the answers of the same weights. `place` tells models of one name
    apart, and `files` are those of this machine that the answers of an engine follow from."""

    words: tuple[str, ...]
    altering: tuple[str, ...]
    place: str
    files: Callable[[EngineInfo], Sequence[Path]]

    def who(self, info: EngineInfo) -> tuple[str, ...]:
        """What tells a model's answers from another's."""
        if info.digest:
            return (info.name, info.digest, *self.altering)
        return (info.name, info.model, self.place, *marks(self.files(info)), *self.altering)

    def tells(self, info: EngineInfo) -> bool:
        """Whether `who` means the same model on each machine. Without a digest a server of this
        one does not: another may have other weights under the same name."""
        return bool(info.digest) or not _is_here(self.place)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where replies are kept, and what is known of engines on this machine, under the user's
    terms. A cache of replies may be shared; that of this machine is not."""

    replies: Cache
    here: Cache
    terms: Terms

    def of(self, info: EngineInfo) -> Cache:
        """Where an engine's replies are kept."""
        return self.replies if self.terms.tells(info) else self.here


@dataclass(frozen=True, slots=True)
class Opening:
    """An engine as it was when it was opened, at `at` (seconds since 1970). `counts` are its
    tokens by the digest of a prompt; `files` stand beside their marks."""

    info: EngineInfo
    family: str
    slots: int | None
    at: float
    counts: Mapping[str, int | None] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_true(self) -> bool:
        """Whether its files are what they were."""
        return all(mark(Path(name)) == found for name, found in self.files.items())

    @property
    def is_doubtful(self) -> bool:
        """A server's word that is old."""
        return not self.files and not 0 <= time.time() - self.at < BELIEVED_SECONDS

    def is_of(self, other: Opening) -> bool:
        """Whether both are the same model, asked in the same way."""
        mine, others = (replace(one.info, notes=()) for one in (self, other))
        return (mine, self.family, self.slots) == (others, other.family, other.slots)


_OPENING = TypeAdapter(Opening)


class Openings:
    """The last opening under the user's terms, kept in a cache of this machine."""

    def __init__(self, cache: Cache, terms: Terms) -> None:
        self._cache = cache
        self._terms = terms
        self._key = digest("opening", *terms.words, *terms.altering)

    def last(self) -> Opening | None:
        text = self._cache.find(self._key)
        try:
            found = None if text is None else _OPENING.validate_json(text)
        except ValidationError:
            return None
        return found if found and found.is_true else None

    def now(self, engine: Engine) -> Opening:
        """The opening of an engine that is open."""
        try:
            files = self._terms.files(engine.info)
        except ReviewbotError:  # gone while it was opened
            files = ()
        marked = dict(zip(map(str, files), marks(files), strict=True))
        family = engine.family.name
        return Opening(engine.info, family, engine.slots, time.time(), files=marked)

    def keep(self, opening: Opening) -> None:
        self._cache.keep(self._key, _OPENING.dump_json(opening).decode())


def _is_here(place: str) -> bool:
    """Whether a server's address is of the machine that says it."""
    try:
        host = canonical(urlsplit(place).hostname or "localhost")
        return host == "localhost" or (is_literal(host) and parsed(host).is_loopback)
    except ValueError:
        return True


def family_named(name: str) -> Family:
    return next((family for family in families() if family.name == name), UNKNOWN)


def prompt_digest(prompt: Prompt) -> str:
    return digest("prompt", json.dumps([[m.role, m.content] for m in prompt.messages]))


def marks(files: Iterable[Path]) -> list[str]:
    return [mark(file) for file in files]


def mark(file: Path) -> str:
    """What changes with a file's content; empty where there is none."""
    try:
        found = file.stat()
        if found.st_size <= _SMALL:
            return hashlib.sha256(file.read_bytes()).hexdigest()
    except (OSError, ValueError):  # ValueError: a path that is none
        return ""
    # Its time of change cannot be set to what it was, as that of its content can.
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
