"""What was learnt of models and servers, kept for the next run in the user's cache folder.

Numbers alone, under the hash of what they are about: no code, no path, no prompt, no address. It
is worth having and never needed: a file that is broken, locked, full or not there means that
nothing is remembered, and no review waits for it or fails by it.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from reviewbot.folders import user_folder
from reviewbot.prompting.scale import Reading

if TYPE_CHECKING:
    from sqlite3 import Connection

FILE = "learnt.sqlite"
_SCHEMA = 2
# A file of another schema is begun anew: what it held is learnt again within a few replies.
_TABLES = """
DROP TABLE IF EXISTS readings;
DROP TABLE IF EXISTS forms;
DROP TABLE IF EXISTS paces;
CREATE TABLE readings (
    model TEXT, code INTEGER, tokens INTEGER, learnt REAL, PRIMARY KEY (model, code)
);
CREATE TABLE forms (server TEXT PRIMARY KEY, form TEXT, learnt REAL);
CREATE TABLE paces (terms TEXT PRIMARY KEY, seconds REAL, learnt REAL);
"""
_DAY = 86_400.0
# A wrong number heals, and an upgraded server has its chance.
READINGS_SECONDS = 30 * _DAY
FORM_SECONDS = 7 * _DAY
PACE_SECONDS = 7 * _DAY
# Another hook that writes is done within milliseconds.
_LOCK_SECONDS = 0.2


def cache_folder(configured: str | None) -> Path:
    if configured:
        return Path(os.path.expanduser(configured))  # noqa: PTH111  (this one never raises)
    return user_folder("cache")


class Memory(Protocol):
    """What is remembered between runs. `model`, `server` and `terms` (the user's word on an engine)
    are the words that tell one from another; where nothing is known, the answers are empty."""

    def readings(self, model: Sequence[str]) -> tuple[Reading, ...]: ...
    def add_reading(self, model: Sequence[str], reading: Reading) -> None: ...
    def form(self, server: Sequence[str]) -> str | None: ...
    def set_form(self, server: Sequence[str], form: str | None) -> None: ...
    def pace(self, terms: Sequence[str]) -> float | None: ...
    def add_pace(self, terms: Sequence[str], seconds: float) -> None: ...


class Forgetful:
    """Remembers nothing."""

    def readings(self, model: Sequence[str]) -> tuple[Reading, ...]:  # noqa: ARG002
        return ()

    def add_reading(self, model: Sequence[str], reading: Reading) -> None:
        pass

    def form(self, server: Sequence[str]) -> str | None:  # noqa: ARG002
        return None

    def set_form(self, server: Sequence[str], form: str | None) -> None:
        pass

    def pace(self, terms: Sequence[str]) -> float | None:  # noqa: ARG002
        return None

    def add_pace(self, terms: Sequence[str], seconds: float) -> None:
        pass


FORGETFUL = Forgetful()


class Learnt:
    """The memory as a file. Any number of threads and processes may use it at once."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / FILE
        self._clock = clock
        self._broken = False
        # Two threads that make the file at once: sqlite waits for no lock when it turns on WAL.
        self._lock = threading.Lock()

    def readings(self, model: Sequence[str]) -> tuple[Reading, ...]:
        rows = self._read(
            "SELECT code, tokens FROM readings WHERE model = ? AND learnt > ? ORDER BY code",
            (_hashed(model), self._clock() - READINGS_SECONDS),
        )
        return tuple(Reading(code, tokens) for code, tokens in rows if _counts(code, tokens))

    def add_reading(self, model: Sequence[str], reading: Reading) -> None:
        """Of two readings with the same amount of code the one with more tokens is kept: that
        bounds the table, and what is asked of it is how high a count can go."""
        now = self._clock()
        self._write(
            ("DELETE FROM readings WHERE learnt <= ?", (now - READINGS_SECONDS,)),
            (
                "INSERT INTO readings VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET tokens = max(tokens, excluded.tokens), learnt = excluded.learnt",
                (_hashed(model), reading.code, reading.tokens, now),
            ),
        )

    def form(self, server: Sequence[str]) -> str | None:
        rows = self._read(
            "SELECT form FROM forms WHERE server = ? AND learnt > ?",
            (_hashed(server), self._clock() - FORM_SECONDS),
        )
        return next((form for (form,) in rows if isinstance(form, str)), None)

    def set_form(self, server: Sequence[str], form: str | None) -> None:
        now, key = self._clock(), _hashed(server)
        forget = "DELETE FROM forms WHERE server = ? OR learnt <= ?", (key, now - FORM_SECONDS)
        if form is None:
            self._write(forget)
        else:
            self._write(forget, ("INSERT INTO forms VALUES (?, ?, ?)", (key, form, now)))

    def pace(self, terms: Sequence[str]) -> float | None:
        """The least seconds from opening an engine to an answer, of the last days."""
        rows = self._read(
            "SELECT seconds FROM paces WHERE terms = ? AND learnt > ?",
            (_hashed(terms), self._clock() - PACE_SECONDS),
        )
        return next((pace for (pace,) in rows if isinstance(pace, float) and pace > 0), None)

    def add_pace(self, terms: Sequence[str], seconds: float) -> None:
        """The least is kept: other work on the machine makes a call longer and never shorter. It is
        forgotten some days after it was first measured, so what has become slow is measured
        anew."""
        now = self._clock()
        self._write(
            ("DELETE FROM paces WHERE learnt <= ?", (now - PACE_SECONDS,)),
            (
                "INSERT INTO paces VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                " SET seconds = min(seconds, excluded.seconds)",
                (_hashed(terms), float(seconds), now),
            ),
        )

    def _read(self, question: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if self._broken or not self._path.is_file():
            return []
        rows: list[tuple[Any, ...]] = []
        with self._lock, self._harmless(), closing(self._open()) as connection:
            if _version(connection) == _SCHEMA:
                rows = connection.execute(question, values).fetchall()
        return rows

    def _write(self, *orders: tuple[str, tuple[Any, ...]]) -> None:
        if self._broken:
            return
        with self._lock, self._harmless():
            self._make()
            with closing(self._open()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                if _version(connection) == _SCHEMA:
                    for order, values in orders:
                        connection.execute(order, values)
                connection.execute("COMMIT")

    @contextmanager
    def _harmless(self) -> Iterator[None]:
        """After one failure it is not tried again: the next one could wait for a lock, too."""
        from sqlite3 import Error

        try:
            yield
        except (Error, OSError, OverflowError, ValueError):  # ValueError: a path that is none
            self._broken = True

    def _open(self) -> Connection:
        import sqlite3

        connection = sqlite3.connect(self._path, timeout=_LOCK_SECONDS, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")  # what a crash takes is learnt again
        return connection

    def _make(self) -> None:
        """A file that the user alone can read; sqlite gives its two others the same mode."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        with closing(self._open()) as connection:
            if _version(connection) >= _SCHEMA:
                return  # a newer one is a newer reviewbot's, and left alone
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            if _version(connection) < _SCHEMA:  # nobody else was faster
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_SCHEMA}")
            connection.execute("COMMIT")


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _hashed(words: Sequence[str]) -> str:
    text = "\0".join(words)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _counts(*values: object) -> bool:
    return all(type(value) is int and value >= 0 for value in values)
