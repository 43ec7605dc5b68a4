"""The cache's file: made for its owner alone, held against what may have become of it, and set
aside where it is no longer one."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

FILE = "cache.sqlite"
_LOCK = "cache.lock"
_SCHEMA = 1
_APPLICATION = 0x52764274  # "RvBt", told by `file` and by sqlite
_BESIDE = ("", "-wal", "-shm")
# Another hook that writes is done within milliseconds; fifty of them within this.
_BUSY_SECONDS = 5.0
_AGAIN = 0.02
_MOST_BAD = 9
# Values stand last: what is asked of a row beside its value is read without it.
_TABLES = """
CREATE TABLE answers (
    key BLOB PRIMARY KEY, proof BLOB NOT NULL, used REAL NOT NULL, hits INTEGER NOT NULL,
    value BLOB NOT NULL
);
CREATE INDEX answers_by_use ON answers (used);
"""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})


class UnfitError(Exception):
    """The file is not to be used, and not to be touched."""


class DamagedError(Exception):
    """The file is no cache, or none any more."""


def opened(folder: Path) -> sqlite3.Connection:
    """The database in a folder, made where it is missing. The connection may be used by one thread
    at a time. Raises UnfitError, DamagedError, OSError, sqlite3.Error."""
    _check_folder(folder)
    path = folder / FILE
    if not path.is_symlink() and not path.exists():
        with _only_one(folder):
            if not path.exists():
                _make(path)
    _check_file(path)
    connection = _connected(path)
    try:
        _check_version(connection)
    except sqlite3.Error as error:
        connection.close()
        raise (DamagedError(str(error)) if is_damage(error) else error) from None
    except BaseException:
        connection.close()
        raise
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error is the file's fault, and not one of the place or the time."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED


def identity(folder: Path) -> tuple[int, int] | None:
    """What tells the file from one that is made in its place."""
    try:
        found = (folder / FILE).lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def set_aside(folder: Path, seen: tuple[int, int] | None) -> Path | None:
    """Move a damaged file away; its new name, or None where another process was faster. `seen` is
    the identity that it had when it was opened. Raises OSError."""
    with _only_one(folder):
        if seen is None or identity(folder) != seen:
            return None
        for number in range(1, _MOST_BAD + 1):
            to = folder / f"{FILE}.bad-{number}"
            if not to.exists():
                break
        (folder / FILE).replace(to)
        for suffix in _BESIDE[1:]:  # they would be taken for the new file's
            (folder / f"{FILE}{suffix}").unlink(missing_ok=True)
    return to


def bad_files(folder: Path) -> tuple[Path, ...]:
    """What was set aside."""
    return tuple(sorted(folder.glob(f"{FILE}.bad-*")))


def _check_folder(folder: Path) -> None:
    """A folder that nobody else can write to: what lies there is believed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnfitError(f"others can write to {folder}: chmod go-w it, or name another cache_dir")


def _check_file(path: Path) -> None:
    """A file that its owner alone can read. It is never opened here: to close it again would drop
    the locks that sqlite holds on it in this process."""
    held = path.lstat()
    if not stat.S_ISREG(held.st_mode):
        raise UnfitError(f"{path} is no file")
    if held.st_mode & 0o077:
        for suffix in _BESIDE:
            beside = path.with_name(f"{FILE}{suffix}")
            if beside.exists():
                beside.chmod(0o600)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.text_factory = bytes  # what is no text is to be a miss, not an error
    return connection


def _check_version(connection: sqlite3.Connection) -> None:
    version, application = (
        _pragma(connection, "user_version"),
        _pragma(connection, "application_id"),
    )
    if application != _APPLICATION or version < _SCHEMA:
        raise DamagedError("it is no cache of reviewbot's")
    if version > _SCHEMA:
        raise UnfitError("it is of a newer reviewbot, which is left alone")
    # In WAL mode a crash of the machine can lose the last rows, and break nothing.
    connection.execute("PRAGMA synchronous = NORMAL")


def _make(path: Path) -> None:
    """A whole database, put in place in one step: what is killed here leaves none. sqlite gives
    its mode to the two files beside it."""
    new = path.with_name(f"{FILE}.new")
    for suffix in (*_BESIDE, "-journal"):
        new.with_name(f"{new.name}{suffix}").unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    os.close(os.open(new, flags, 0o600))
    with closing(_connected(new)) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_SCHEMA}")
        connection.execute("COMMIT")
    new.replace(path)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """One process at a time makes the file or moves it. Raises OSError, also where the file system
    has no locks: there sqlite has none either."""
    file = os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with closing(os.fdopen(file, "w")) as held:
        ends_at = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > ends_at:
                    raise
                time.sleep(_AGAIN)
        yield
