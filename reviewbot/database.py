"""A sqlite file of the user's: made for its owner alone, held against what may have become of it,
and set aside where it is no longer one. Any number of processes use it at once."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from reviewbot.folders import made_own

_BESIDE = ("", "-wal", "-shm")
_AGAIN = 0.02
_MOST_BAD = 9
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})


class UnfitError(Exception):
    """The file is not to be used, and not to be touched."""


class DamagedError(Exception):
    """The file is not what it should be, or not any more."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file was of less use than it might be, a line for people. One that is `loud` lost
    what was kept, or is the user's to mend."""

    what: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Database:
    """A kind of file. `noun` is what people call it, and `elsewhere` how they have it in another
    folder; `application` is told by `file` and by sqlite. Another process that writes is waited
    for as long as `busy_seconds`: it is done within milliseconds, and fifty of them within 5 s."""

    file: str
    noun: str
    elsewhere: str
    application: int
    schema: int
    tables: str
    busy_seconds: float = 5.0

    def opened(self, folder: Path) -> sqlite3.Connection:
        """The database in a folder, made where it is missing. The connection may be used by one
        thread at a time. Raises UnfitError, DamagedError, OSError, sqlite3.Error."""
        if not made_own(folder):
            raise UnfitError(
                f"others can write to {folder}: chmod go-w it, or name another {self.elsewhere}"
            )
        path = folder / self.file
        if not path.is_symlink() and not path.exists():
            with self._only_one(folder):
                if not path.exists():
                    self._make(path)
        _check_file(path)
        connection = self._connected(path)
        try:
            self._check_version(connection)
        except sqlite3.Error as error:
            connection.close()
            raise (DamagedError(str(error)) if is_damage(error) else error) from None
        except BaseException:
            connection.close()
            raise
        return connection

    def identity(self, folder: Path) -> tuple[int, int] | None:
        """What tells the file from one that is made in its place."""
        try:
            found = (folder / self.file).lstat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def set_aside(self, folder: Path, seen: tuple[int, int] | None) -> Path | None:
        """Move a damaged file away; its new name, or None where another process was faster. `seen`
        is the identity that it had when it was opened. Raises OSError."""
        with self._only_one(folder):
            if seen is None or self.identity(folder) != seen:
                return None
            for number in range(1, _MOST_BAD + 1):
                to = folder / f"{self.file}.bad-{number}"
                if not to.exists():
                    break
            (folder / self.file).replace(to)
            for suffix in _BESIDE[1:]:  # they would be taken for the new file's
                (folder / f"{self.file}{suffix}").unlink(missing_ok=True)
        return to

    def bad_files(self, folder: Path) -> tuple[Path, ...]:
        """What was set aside."""
        return tuple(sorted(folder.glob(f"{self.file}.bad-*")))

    def _connected(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=self.busy_seconds, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = bytes  # what is no text is to be a miss, not an error
        return connection

    def _check_version(self, connection: sqlite3.Connection) -> None:
        version, application = (
            _pragma(connection, "user_version"),
            _pragma(connection, "application_id"),
        )
        if application != self.application or version < self.schema:
            raise DamagedError(f"it is no {self.noun} of reviewbot's")
        if version > self.schema:
            raise UnfitError("it is of a newer reviewbot, which is left alone")
        # In WAL mode a crash of the machine can lose the last rows, and break nothing.
        connection.execute("PRAGMA synchronous = NORMAL")

    def _make(self, path: Path) -> None:
        """A whole database, put in place in one step: what is killed here leaves none. sqlite gives
        its mode to the two files beside it."""
        new = path.with_name(f"{self.file}.new")
        for suffix in (*_BESIDE, "-journal"):
            new.with_name(f"{new.name}{suffix}").unlink(missing_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        os.close(os.open(new, flags, 0o600))
        with closing(self._connected(new)) as connection:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in self.tables.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {self.application}")
            connection.execute(f"PRAGMA user_version = {self.schema}")
            connection.execute("COMMIT")
        new.replace(path)

    @contextmanager
    def _only_one(self, folder: Path) -> Iterator[None]:
        """One process at a time makes the file or moves it. Raises OSError, also where the file
        system has no locks: there sqlite has none either."""
        lock = (folder / self.file).with_suffix(".lock")
        file = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with closing(os.fdopen(file, "w")) as held:
            ends_at = time.monotonic() + self.busy_seconds
            while True:
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > ends_at:
                        raise
                    time.sleep(_AGAIN)
            yield


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error is the file's fault, and not one of the place or the time."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED


def _check_file(path: Path) -> None:
    """A file that its owner alone can read. It is never opened here: to close it again would drop
    the locks that sqlite holds on it in this process."""
    held = path.lstat()
    if not stat.S_ISREG(held.st_mode):
        raise UnfitError(f"{path} is no file")
    if held.st_mode & 0o077:
        for suffix in _BESIDE:
            beside = path.with_name(f"{path.name}{suffix}")
            if beside.exists():
                beside.chmod(0o600)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
