"""Commands to a Redis over one connection that `network.py` opened.

The client's own connecting is not used: it would resolve the name once more, trust the
environment's authorities in its own way and try again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from redis._parsers import _RESP2Parser
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as _Lost
from redis.exceptions import ResponseError
from redis.retry import Retry

from reviewbot.line import Line

# A row is a reply of a model's, padded; a server that sends more is not what it should be.
MOST_BYTES = 2_000_000
_SHOWN = 200

Command = tuple[str | bytes | int, ...]
# What one command brought; an error of the server's stands in the place of its reply.
Reply = bytes | int | None | ResponseError | list["Reply"]


class WireError(Exception):
    """No exchange is possible, in a line for people."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who the server is told it is, and which of its databases is used."""

    words: tuple[str, ...] = ()
    database: int = 0


class _Connection(AbstractConnection):
    # The client looks for these when it tells of a failure.
    host, port = "the shared cache", 0

    def __init__(self, line: Callable[[], Line], left: Callable[[], float]) -> None:
        self._line = line
        self._left = left
        self._bounded: Line | None = None
        options: Any = {"redis_connect_func": self._greet, "retry": Retry(NoBackoff(), 0)}
        # One parser, whatever others are installed: each has its own bounds and faults.
        super().__init__(protocol=2, parser_class=_RESP2Parser, **options)

    def _connect(self) -> Line:
        self._bounded = self._line()
        return self._bounded

    def _greet(self, _: Any) -> None:
        """Nothing is said of this client and its version."""
        self._parser.on_connect(self)

    def begin(self) -> None:
        """An exchange, which is bounded as a whole."""
        if self._bounded is not None:
            self._bounded.allow(self._left(), MOST_BYTES)

    def _host_error(self) -> str:
        return self.host

    def repr_pieces(self) -> list[tuple[str, str]]:
        return []


class Wire:
    """One connection, for one thread at a time."""

    def __init__(self, line: Callable[[], Line], login: Login, left: Callable[[], float]) -> None:
        """`left` says how many seconds an exchange that is begun now may take."""
        self._line = line
        self._login = login
        self._left = left
        self._connection: Any = None  # a _Connection, whose methods have no types

    def ask(self, *commands: Command) -> list[Reply]:
        """The replies, in order. Raises WireError."""
        try:
            return self._asked(commands)
        except BaseException as error:
            # What is left of a reply would be taken for the next one, after Ctrl-C as well.
            self.close()
            if not isinstance(error, Exception):
                raise
            # A hostile server makes the client raise what it did not mean to.
            raise WireError(_shown(error)) from None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.disconnect()
            self._connection = None

    def _asked(self, commands: Sequence[Command]) -> list[Reply]:
        """A server may have closed a connection that was idle, so one that was used before is made
        anew, once."""
        if self._connection is not None:
            try:
                return _exchanged(self._connection, commands)
            except _Lost:
                self.close()
        self._connection = _Connection(self._line, self._left)
        self._connection.connect()
        self._log_in(self._connection)
        return _exchanged(self._connection, commands)

    def _log_in(self, connection: Any) -> None:
        words, database = self._login.words, self._login.database
        commands: list[Command] = [("AUTH", *words)] if words else []
        commands += [("SELECT", database)] if database else []
        for reply in _exchanged(connection, commands) if commands else ():
            if isinstance(reply, ResponseError):
                raise reply


def _exchanged(connection: Any, commands: Sequence[Command]) -> list[Reply]:
    connection.begin()
    connection.send_packed_command(connection.pack_commands(commands))
    return [_reply(connection) for _ in commands]


def _reply(connection: Any) -> Reply:
    try:
        reply: Reply = connection.read_response(disable_decoding=True)
    except ResponseError as error:
        return error
    return reply


def _shown(error: Exception) -> str:
    return str(error)[:_SHOWN] or type(error).__name__
