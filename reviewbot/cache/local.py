"""The cache of this machine's user: one sqlite file, bounded in size, the oldest used out first.

Any number of processes use it at once. Each row is proven by a checksum, so a byte that went wrong
on the disk is a question asked again and never a finding. Whatever else goes wrong means that
nothing is found or nothing is kept any more in this run.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from reviewbot.cache.base import Cache
from reviewbot.cache.database import CACHE, FILE
from reviewbot.database import DamagedError, Trouble, UnfitError, is_damage

_DAY = 86_400.0
# What nobody asked about for so long was changed or dropped meanwhile.
UNUSED_SECONDS = 90 * _DAY
# Of the size that is allowed, what is left once it was exceeded.
_LEFT = 0.9


@dataclass(frozen=True, slots=True)
class Stats:
    """`bytes` is the size on disk; `hits` counts what was found, since each row was kept."""

    path: Path
    rows: int = 0
    bytes: int = 0
    hits: int = 0


class LocalCache(Cache):
    def __init__(
        self, folder: Path, most_bytes: int, clock: Callable[[], float] = time.time
    ) -> None:
        """Nothing is opened before it is used."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self._found: Counter[bytes] = Counter()
        self._troubles: list[Trouble] = []
        self._reads = self._writes = True

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return tuple(self._troubles)

    def find(self, key: str) -> str | None:
        with self._lock, self._harmless("read"):
            if not self._reads:
                return None
            asked = bytes.fromhex(key)
            rows = self._open().execute("SELECT value, proof FROM answers WHERE key = ?", (asked,))
            for value, proof in rows.fetchall():
                if isinstance(value, bytes) and proof == _proof(asked, value):
                    self._found[asked] += 1
                    return value.decode()
        return None

    def keep(self, key: str, text: str) -> None:
        asked, value = bytes.fromhex(key), text.encode("utf-8", "backslashreplace")
        with self._lock, self._harmless("write"):
            if self._writes and len(value) < self._most_bytes // 4:
                self._open().execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, 0, ?)",
                    (asked, _proof(asked, value), self._clock(), value),
                )
                self._trim()

    def close(self) -> None:
        with self._lock:
            if self._found and self._writes:
                with self._harmless("write"):
                    self._note_use()
            self._close()
            self._reads = self._writes = False

    def stats(self) -> Stats:
        """Raises OSError, sqlite3.Error, DamagedError, UnfitError."""
        path = self._folder / FILE
        if not path.is_file():
            return Stats(path)
        with closing(CACHE.opened(self._folder)) as connection:
            row = connection.execute("SELECT count(*), total(hits) FROM answers").fetchone()
        files = (path.with_name(f"{FILE}{suffix}") for suffix in ("", "-wal"))
        size = sum(file.stat().st_size for file in files if file.is_file())
        return Stats(path, int(row[0]), size, int(row[1]))

    def clear(self) -> None:
        """Leave nothing of what was kept on the disk; other processes may be using it. Raises
        OSError, sqlite3.Error, DamagedError, UnfitError."""
        for bad in CACHE.bad_files(self._folder):
            bad.unlink(missing_ok=True)
        if (self._folder / FILE).is_file():
            with closing(CACHE.opened(self._folder)) as connection:
                connection.execute("DELETE FROM answers")
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._seen = CACHE.identity(self._folder)
            try:
                self._connection = CACHE.opened(self._folder)
            except DamagedError as error:
                self._set_aside(str(error))
                self._connection = CACHE.opened(self._folder)
            self._seen = CACHE.identity(self._folder)
        return self._connection

    def _note_use(self) -> None:
        """When each row was used last, and how often; what nobody used for long goes."""
        connection, now = self._open(), self._clock()
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                "UPDATE answers SET used = ?, hits = hits + ? WHERE key = ?",
                [(now, count, key) for key, count in self._found.items()],
            )
            connection.execute("DELETE FROM answers WHERE used < ?", (now - UNUSED_SECONDS,))
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _trim(self) -> None:
        """Keep within the size that is allowed."""
        connection, room = self._open(), self._most_bytes
        while _size(connection) > room:
            room = int(self._most_bytes * _LEFT)
            connection.execute(
                "DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY used"
                " LIMIT 1 + (SELECT count(*) FROM answers) / 20)"
            )
            connection.execute("PRAGMA incremental_vacuum").fetchall()
            if not connection.execute("SELECT count(*) FROM answers").fetchone()[0]:
                return

    @contextmanager
    def _harmless(self, doing: str) -> Iterator[None]:
        """After one failure it is not tried again: the next one could wait for a lock, too."""
        try:
            yield
        except UnfitError as error:
            self._end(Trouble(f"the cache {self._folder / FILE} is not used: {error}"))
        except DamagedError as error:
            self._damaged(str(error))
        except sqlite3.Error as error:
            if is_damage(error):
                self._damaged(str(error))
            else:
                self._give_up(doing, str(error))
        except (OSError, OverflowError, ValueError) as error:  # ValueError: a path that is none
            self._give_up(doing, getattr(error, "strerror", None) or str(error))

    def _give_up(self, doing: str, why: str) -> None:
        what = Trouble(f"the cache {self._folder / FILE} cannot be used to {doing}: {why}")
        if doing == "write" and self._connection is not None:  # a full disk can still be read
            self._writes = False
            self._troubles.append(what)
        else:
            self._end(what)

    def _damaged(self, why: str) -> None:
        self._close()
        try:
            self._set_aside(why)
        except OSError as error:
            self._troubles.append(Trouble(f"{self._folder / FILE}: {error.strerror}"))
        self._reads = self._writes = False

    def _set_aside(self, why: str) -> None:
        if to := CACHE.set_aside(self._folder, self._seen):
            told = f"the cache was damaged ({why}) and begins anew; the old one is {to}"
            self._troubles.append(Trouble(told, loud=True))

    def _end(self, why: Trouble) -> None:
        self._troubles.append(why)
        self._reads = self._writes = False
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _proof(key: bytes, value: bytes) -> bytes:
    """A value under another key is as wrong as another value."""
    return hashlib.sha256(key + value).digest()[:16]


def _size(connection: sqlite3.Connection) -> int:
    pages, free, each = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * each
