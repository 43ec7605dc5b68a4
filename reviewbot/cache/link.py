"""The way to a team's server: taken when it is first needed, left at the first trouble.

A cache that has to be waited for is none, so nothing is tried twice in a run: what fails for the
first chunk would fail, as slowly, for all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from reviewbot.cache.waiting import Waiting
from reviewbot.database import Trouble
from reviewbot.endpoint import REDIS, Endpoint
from reviewbot.errors import ReviewbotError
from reviewbot.line import Line
from reviewbot.network import Door

if TYPE_CHECKING:
    from reviewbot.cache.wire import Command, Reply, Wire

CONNECT_SECONDS = 0.5
# A name server that is not there is waited for much longer by the system.
NAME_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is (checked by name, see `Door.check_name`), and `login`: nothing, a password, or a
    user and a password."""

    url: str
    login: tuple[str, ...] = ()
    database: int = 0


class Link:
    """Any number of threads may use it at once; they take turns, and a turn is short."""

    def __init__(self, server: Server, door: Door, waiting: Waiting | None = None) -> None:
        self._server = server
        self._door = door
        self._waiting = waiting or Waiting()
        self._lock = threading.Lock()
        self._wire: Wire | None = None
        self._told: dict[str, Trouble] = {}
        self._is_left = False

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return tuple(self._told.values())

    def ask(self, *commands: Command) -> Sequence[Reply] | None:
        """The replies, in order; None once the server was left."""
        with self._lock:
            if not self._waiting.left:
                self._leave("it is too slow")
            return None if self._is_left else self._asked(commands)

    def leave(self, why: str) -> None:
        """Use it no more in this run, and tell why."""
        with self._lock:
            self._leave(why)

    def tell(self, what: str, why: str = "") -> None:
        """What went wrong and is no reason to leave; once, however often, and for whatever
        reason: a server's words may be others each time."""
        said = f"the shared cache {self._server.url} {what}{f': {why}' if why else ''}"
        self._told.setdefault(what, Trouble(said, loud=True))

    def close(self) -> None:
        with self._lock:
            self._end()

    def _asked(self, commands: Sequence[Command]) -> Sequence[Reply] | None:
        try:  # it takes a time that is not the server's
            from reviewbot.cache.wire import WireError
        except ImportError as error:  # a client of another making than those that it was tried with
            self._leave(f"the package `redis` cannot be used: {error}")
            return None
        try:
            with self._waiting.measured():
                if self._wire is None:
                    self._wire = self._opened()
                return self._wire.ask(*commands)
        except (WireError, ReviewbotError) as error:
            self._leave(str(error))
            return None

    def _leave(self, why: str) -> None:
        """Where the review's time is over, that is told by the review."""
        if not (self._is_left or self._waiting.is_over):
            self.tell("is not used any more in this run", why)
        self._end()

    def _end(self) -> None:
        self._is_left = True
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _opened(self) -> Wire:
        """Raises ReviewbotError; the connection itself is made with the first command."""
        from reviewbot.cache.wire import Login, Wire

        endpoint = self._endpoint()
        login = Login(self._server.login, self._server.database)
        return Wire(lambda: self._line(endpoint), login, lambda: self._waiting.left)

    def _line(self, endpoint: Endpoint) -> Line:
        """Raises OSError."""
        seconds = min(CONNECT_SECONDS, self._waiting.left)
        if not seconds:
            raise TimeoutError("there is no time left to reach it")
        return self._door.line(endpoint, seconds)

    def _endpoint(self) -> Endpoint:
        seconds = min(NAME_SECONDS, self._waiting.left)
        return _within(seconds, lambda: self._door.endpoint(self._server.url, REDIS))


def _within(seconds: float, look: Callable[[], Endpoint]) -> Endpoint:
    """Raises ReviewbotError."""
    found: SimpleQueue[Endpoint | ReviewbotError] = SimpleQueue()

    def run() -> None:
        try:
            found.put(look())
        except ReviewbotError as error:
            found.put(error)
        except Exception as error:  # noqa: BLE001  (what no resolver should do ends no review)
            found.put(ReviewbotError(f"its name is not resolved: {error}"))

    threading.Thread(target=run, daemon=True).start()
    try:
        said = found.get(timeout=seconds)
    except Empty:
        raise ReviewbotError("its name is not resolved in time") from None
    if isinstance(said, ReviewbotError):
        raise said
    return said
