"""Rows in a file that only grows: what a long run has done, for whoever goes on with it.

A row is on the disk before the next is begun, so whatever ends a run, the next one goes on from
there. One process at a time writes to a file.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from reviewbot.errors import OutputError, UsageError

_ONLY_MINE = 0o600
# Bytes of a first line by which a file is known.
_MOST = 1 << 20

_Row = TypeVar("_Row", bound=BaseModel)


class RowsFile(Generic[_Row]):
    """Raises OutputError where it cannot be written, UsageError where it holds something else."""

    def __init__(self, path: Path, kind: type[_Row], option: str) -> None:
        """`option` is the one by which the user names another file."""
        self._path = path
        self._kind = kind
        self._option = option
        self._held: BinaryIO | None = None

    def each(self) -> Iterator[tuple[int, _Row]]:
        """The rows with their places in the file. A last line without its end was being written
        when the run died."""
        at = 0
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if line.endswith(b"\n") and line != b"\n":
                        yield at, self._parsed(line, f"line {number}")
                    at += len(line)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unread(error) from None

    def at(self, place: int) -> _Row:
        """The row that `each` found there."""
        try:
            with self._path.open("rb") as file:
                file.seek(place)
                return self._parsed(file.readline(), f"byte {place}")
        except OSError as error:
            raise self._unread(error) from None

    def begin(self, *, fresh: bool) -> None:
        """Make the file ready to grow: whole lines only, readable by its owner alone. One that
        holds something else is left as it is."""
        try:
            with self._open() as file:
                self._check(file.readline(_MOST))
                file.seek(0)
                size = 0 if fresh else _whole(file)
                file.truncate(size)
                os.fchmod(file.fileno(), _ONLY_MINE)
        except OSError as error:
            raise self._unwritable(error) from None

    def hold(self) -> None:
        """Keep other runs out of the file until this process ends or lets go. Raises UsageError
        where one is at work."""
        try:
            self._held = self._open()
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.let_go()
            raise UsageError(
                f"another run is writing to {self._path}", "wait for it, or stop it"
            ) from None
        except OSError:  # a file system without locks
            pass

    def let_go(self) -> None:
        if self._held is not None:
            with suppress(OSError):
                self._held.close()
            self._held = None

    def add(self, row: _Row) -> int:
        """Write a row; its place in the file."""
        line = row.model_dump_json().encode("utf-8") + b"\n"
        try:
            with self._open() as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
                return file.tell() - len(line)
        except OSError as error:
            raise self._unwritable(error) from None

    def _check(self, first: bytes) -> None:
        """A mistyped name must cost no other file its last line, or with --fresh all of them."""
        if not _is_row(first, self._kind):
            raise UsageError(
                f"{self._path}, line 1: no row that reviewbot wrote",
                f"name another file with {self._option}, or delete this one",
            )

    def _parsed(self, line: bytes, place: str) -> _Row:
        try:
            return self._kind.model_validate_json(line)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            raise UsageError(
                f"{self._path}, {place}: {problem}",
                f"begin anew with --fresh, or name another file with {self._option}",
            ) from None

    def _open(self) -> BinaryIO:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        number = os.open(self._path, flags, _ONLY_MINE)
        if not stat.S_ISREG(os.fstat(number).st_mode):  # a device may never end
            os.close(number)
            raise OutputError(
                f"{self._path} is not a regular file", f"name another one with {self._option}"
            )
        return os.fdopen(number, "rb+")

    def _unread(self, error: OSError) -> UsageError:
        return UsageError(
            f"cannot read the results {self._path}: {error.strerror}",
            f"check the file, or name another one: {self._option} FILE",
        )

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"cannot write the results {self._path}: {error.strerror}",
            f"name another file with {self._option}, or make room",
        )


def _is_row(line: bytes, kind: type[BaseModel]) -> bool:
    """Whether it is a row of any version, or one that was cut or damaged; so may be nothing."""
    with suppress(ValueError, RecursionError):
        found = json.loads(line)
        needed = {name for name, told in kind.model_fields.items() if told.is_required()}
        return isinstance(found, dict) and needed <= found.keys()
    begins = f'{{"{next(iter(kind.model_fields))}":'.encode()
    return line[: len(begins)] == begins[: len(line)]


def _whole(file: BinaryIO) -> int:
    """Bytes up to the end of the last whole line."""
    end = 0
    for line in file:
        end += len(line) if line.endswith(b"\n") else 0
    return end
