"""Unix sockets between processes of one user: the other end must be the same user's.

The folder that such a socket stands in lets nobody else in. Each end asks the kernel all the same
who the other one is, since a folder can be opened up by mistake, and what goes over the socket is
a key. No other kind of socket is opened here (`network.py` is the door to servers).
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# Bytes of a path: the kernel's own bound is 107 on Linux and 103 on macOS.
LONGEST_PATH = 100
_LONGEST_LINE = 64 * 1024
_WAITING = 128  # callers that are not yet answered
# macOS has no SO_PEERCRED; its LOCAL_PEERCRED (sys/un.h) answers with a version and the user.
_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1


class StrangerError(OSError):
    """The other end is another user's process."""


class Channel:
    """A connection over which JSON objects go, one a line."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, message: dict[str, Any]) -> None:
        """Raises OSError where nobody reads any more."""
        self._socket.sendall(json.dumps(message).encode() + b"\n")

    def receive(self, seconds: float) -> dict[str, Any]:
        """The next message. Raises TimeoutError, EOFError when the other end hung up, ValueError
        for what is no message, OSError."""
        ends_at = time.monotonic() + seconds
        while b"\n" not in self._read:
            left = ends_at - time.monotonic()
            if left <= 0:
                raise TimeoutError("no message in time")
            self._socket.settimeout(left)
            if not (more := self._socket.recv(4096)):
                raise EOFError("the other end hung up")
            self._read += more
            if len(self._read) > _LONGEST_LINE:
                raise ValueError("a message without an end")
        self._socket.settimeout(None)
        line, _, self._read = self._read.partition(b"\n")
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("a message that is no object")  # noqa: TRY004  (as json's own error)
        return message

    def is_over(self, seconds: float | None) -> bool:
        """Wait that long (None: for ever) for the other end to hang up; one that speaks out of
        turn has as good as done so."""
        return bool(select.select([self._socket], [], [], seconds)[0])


class Listener:
    """A socket that processes of this user can call."""

    def __init__(self, path: Path) -> None:
        """Raises OSError. What stands at the path is taken away: who listens there must know
        that nobody else does."""
        self._path = path
        with suppress(FileNotFoundError):
            path.unlink()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(before)
        self._socket.listen(_WAITING)

    def accept(self, seconds: float) -> Channel | None:
        """The next caller; None where none came in that time, or a stranger did."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return None
        connection, _ = self._socket.accept()
        if _is_ours(connection):
            return Channel(connection)
        connection.close()
        return None

    @property
    def is_found(self) -> bool:
        """Whether callers find it: the folder may have been removed."""
        return self._path.exists()

    def close(self) -> None:
        """Nobody finds it any more; who has called and was not answered is hung up on."""
        with suppress(OSError):
            self._path.unlink()
        self._socket.close()


def call(path: Path, seconds: float) -> Channel:
    """Connect within that time. Raises OSError, StrangerError where it is another user's."""
    if path.lstat().st_uid != os.geteuid():
        raise StrangerError(f"{path} is another user's")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    if not _is_ours(connection):
        connection.close()
        raise StrangerError(f"a process of another user's listens at {path}")
    return Channel(connection)


def _is_ours(connection: socket.socket) -> bool:
    """Whether the process at the other end is this user's; where the kernel does not tell, no."""
    try:
        return _user(connection) == os.geteuid()
    except (OSError, struct.error):
        return False


def _user(connection: socket.socket) -> int:
    if sys.platform == "darwin":
        said = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, struct.calcsize("II"))
        return int(struct.unpack("II", said)[1])
    form = "iII"  # process, user, group
    said = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize(form))
    return int(struct.unpack(form, said)[1])
