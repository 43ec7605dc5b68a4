"""Invoices in the ledger database, read through a small pool of connections."""

import queue
from collections.abc import Callable
from typing import Any


class Pool:
    def __init__(self, connect: Callable[[], Any], size: int) -> None:
        self._idle: queue.Queue[Any] = queue.Queue()
        for _ in range(size):
            self._idle.put(connect())

    def acquire(self, timeout: float = 5.0) -> Any:
        return self._idle.get(timeout=timeout)

    def release(self, connection: Any) -> None:
        self._idle.put(connection)

    def idle(self) -> int:
        return self._idle.qsize()


class LedgerStore:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def total(self, invoice: str) -> int:
        connection = self._pool.acquire()
        try:
            rows = connection.execute("SELECT cents FROM lines WHERE invoice = ?", (invoice,))
            return sum(row[0] for row in rows)
        finally:
            self._pool.release(connection)
