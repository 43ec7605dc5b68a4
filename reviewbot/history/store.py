"""The history's file: one row a review, the newest hundred thousand of them.

A review is never worse for it: what cannot be written is a review without history. Repositories
stand in it under a hash whose key is in the same file, so that no other file names them alike.
"""

from __future__ import annotations

import hashlib
import math
import os
import sqlite3
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, cast, get_args

from reviewbot.database import DamagedError, Database, Trouble, UnfitError, is_damage
from reviewbot.folders import user_folder
from reviewbot.history.entry import Counts, Entry, Kind
from reviewbot.report import Status

MOST_ROWS = 100_000
_WORDS = ("kind", "status", "repository", "engine", "model")
_NUMBERS = {item.name: item.type for item in fields(Counts)}
_SQL = {"int": "INTEGER", "float": "REAL"}
_COLUMNS = ("at", *_WORDS, *_NUMBERS)
_TYPED = ", ".join(
    [
        "at REAL NOT NULL",
        *(f"{name} TEXT NOT NULL" for name in _WORDS),
        *(f"{name} {_SQL[str(kind)]} NOT NULL" for name, kind in _NUMBERS.items()),
    ]
)
_TABLES = f"""
CREATE TABLE reviews (id INTEGER PRIMARY KEY, {_TYPED});
CREATE TABLE secret (key BLOB NOT NULL);
INSERT INTO secret VALUES (randomblob(32))
"""  # noqa: S608
HISTORY = Database(
    file="history.sqlite",
    noun="history",
    elsewhere="XDG_STATE_HOME",
    application=0x52764873,  # "RvHs"
    schema=1,
    tables=_TABLES,
    busy_seconds=2.0,
)
FILE = HISTORY.file


def history_folder() -> Path:
    """Where the system keeps what programs did: a cache is a thing that people delete."""
    return user_folder("state")


@dataclass(frozen=True, slots=True)
class Told:
    """What the file holds, the oldest first; `unreadable` rows are none that was written here."""

    entries: tuple[Entry, ...] = ()
    unreadable: int = 0


class History:
    """Any number of processes may use one at once."""

    def __init__(self, folder: Path, most_rows: int = MOST_ROWS) -> None:
        """Nothing is opened before it is used."""
        self._folder = folder
        self._most_rows = most_rows

    @property
    def path(self) -> Path:
        return self._folder / FILE

    def add(self, entry: Entry, repository: Path | None) -> Trouble | None:
        """Write a review down, under the hash of its repository's folder; what went wrong. Never
        raises."""
        try:
            return self._added(entry, repository)
        except UnfitError as error:
            return Trouble(f"the history {self.path} is not used: {error}")
        except (sqlite3.Error, DamagedError) as error:
            return Trouble(f"the history {self.path} cannot be written: {error}")
        except (OSError, OverflowError, ValueError) as error:  # ValueError: a path that is none
            why = getattr(error, "strerror", None) or str(error)
            return Trouble(f"the history {self.path} cannot be written: {why}")

    def told(self) -> Told:
        """Raises OSError, sqlite3.Error, DamagedError, UnfitError."""
        if not self.path.is_file():
            return Told()
        with closing(HISTORY.opened(self._folder)) as connection:
            rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM reviews").fetchall()  # noqa: S608
        found = [_entry(row) for row in rows]
        entries = sorted((one for one in found if one is not None), key=lambda one: one.at)
        return Told(tuple(entries), found.count(None))

    def hashed(self, repository: Path) -> str | None:
        """What a repository is called here; None where there is no history. Raises as `told`."""
        if not self.path.is_file():
            return None
        with closing(HISTORY.opened(self._folder)) as connection:
            return _hashed(connection, repository)

    def clear(self) -> None:
        """Leave nothing of it on the disk; other processes may be using it. Raises as `told`."""
        for bad in HISTORY.bad_files(self._folder):
            bad.unlink(missing_ok=True)
        if self.path.is_file():
            with closing(HISTORY.opened(self._folder)) as connection:
                connection.execute("DELETE FROM reviews")
                connection.execute("UPDATE secret SET key = randomblob(32)")
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _added(self, entry: Entry, repository: Path | None) -> Trouble | None:
        seen = HISTORY.identity(self._folder)
        try:
            self._insert(entry, repository)
        except (sqlite3.Error, DamagedError) as error:
            if isinstance(error, sqlite3.Error) and not is_damage(error):
                raise
            to = HISTORY.set_aside(self._folder, seen)
            self._insert(entry, repository)
            told = f"the history was damaged ({error}) and begins anew; the old one is {to}"
            return Trouble(told, loud=True) if to else None
        return None

    def _insert(self, entry: Entry, repository: Path | None) -> None:
        with closing(HISTORY.opened(self._folder)) as connection:
            named = _hashed(connection, repository) if repository else ""
            words = (entry.kind, entry.status, named, entry.engine, entry.model)
            row = (entry.at, *words, *astuple(entry.counts))
            connection.execute("BEGIN IMMEDIATE")
            at = connection.execute(
                f"INSERT INTO reviews ({', '.join(_COLUMNS)})"  # noqa: S608
                f" VALUES ({', '.join('?' * len(row))})",
                row,
            ).lastrowid
            connection.execute("DELETE FROM reviews WHERE id <= ?", ((at or 0) - self._most_rows,))
            connection.execute("COMMIT")


def _hashed(connection: sqlite3.Connection, repository: Path) -> str:
    row = connection.execute("SELECT key FROM secret").fetchone()
    if row is None or not isinstance(row[0], bytes):
        raise DamagedError("it has no key")
    name = os.fsencode(repository)
    return hashlib.blake2b(name, key=row[0][:64], digest_size=8).hexdigest()


def _entry(row: tuple[Any, ...]) -> Entry | None:
    """None for a row that no reviewbot wrote."""
    at, words, numbers = row[0], row[1 : len(_WORDS) + 1], row[len(_WORDS) + 1 :]
    if not (_is_count(at) and all(isinstance(word, bytes) for word in words)):
        return None
    kind, status, repository, engine, model = (word.decode("utf-8", "replace") for word in words)
    types = [type(number).__name__ for number in numbers]
    if types != list(_NUMBERS.values()) or not all(map(_is_count, numbers)):
        return None
    if kind not in get_args(Kind) or status not in get_args(Status):
        return None
    what, how = cast("Kind", kind), cast("Status", status)
    return Entry(at, what, how, repository, engine, model, Counts(*numbers))


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0
