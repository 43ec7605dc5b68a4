"""A connection whose exchanges are bounded in time and size."""

from __future__ import annotations

import time
from typing import Protocol


class Socket(Protocol):
    def recv(self, most: int, /) -> bytes: ...
    def recv_into(self, buffer: bytearray | memoryview, /) -> int: ...
    def sendall(self, data: bytes, /) -> None: ...
    def settimeout(self, seconds: float | None, /) -> None: ...
    def shutdown(self, how: int, /) -> None: ...
    def close(self) -> None: ...


class Line:
    """What a client needs of a socket, of which one that is open is made. A server that sends a
    byte now and then, or without an end, is given up all the same."""

    def __init__(self, connection: Socket) -> None:
        self._connection = connection
        self._ends_at = 0.0
        self._room = 0

    def allow(self, seconds: float, most_bytes: int) -> None:
        """Begin an exchange, which may take so long and bring so much. Past that the methods
        raise OSError."""
        self._ends_at = time.monotonic() + seconds
        self._room = most_bytes

    def recv(self, most: int) -> bytes:
        self._wait()
        data = self._connection.recv(most)
        self._came(len(data))
        return data

    def recv_into(self, buffer: bytearray | memoryview) -> int:
        self._wait()
        count = self._connection.recv_into(buffer)
        self._came(count)
        return count

    def sendall(self, data: bytes) -> None:
        self._wait()
        self._connection.sendall(data)

    def settimeout(self, seconds: float | None) -> None:
        """Nothing: the bound is that of the exchange."""

    def shutdown(self, how: int) -> None:
        self._connection.shutdown(how)

    def close(self) -> None:
        self._connection.close()

    def _wait(self) -> None:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("it takes too long")
        self._connection.settimeout(left)

    def _came(self, count: int) -> None:
        self._room -= count
        if self._room < 0:
            raise OSError("it sends more than was asked for")
