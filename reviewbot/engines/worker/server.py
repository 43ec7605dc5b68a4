"""The worker's own side: it lends its engine to callers, and leaves when nobody calls.

It knows no prompt and no answer: a caller is told the engine's socket and speaks to that itself.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from reviewbot.engines.worker.keeper import Keeper
from reviewbot.engines.worker.place import Place
from reviewbot.engines.worker.words import Wish, build
from reviewbot.errors import EngineUnavailable
from reviewbot.private_socket import Channel, Listener

_LOOK_SECONDS = 1.0
# A caller that is connected and asks nothing is no lease, and is not waited for.
_ASK_SECONDS = 30.0
_WAIT_SECONDS = 0.1


class Server:
    def __init__(self, place: Place, listener: Listener) -> None:
        self._keeper = Keeper(place.folder)
        self._listener = listener
        self._build = build()

    def serve(self) -> NoReturn:
        """Until nobody has called for long enough, or a signal or a caller says to leave."""
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        threading.excepthook = _end
        with suppress(KeyboardInterrupt):
            while not self._keeper.is_over():
                if not self._listener.is_found and self._keeper.retire(forced=False):
                    break  # its folder was removed, as at the end of a login session
                if channel := self._listener.accept(_LOOK_SECONDS):
                    threading.Thread(target=self._answer, args=(channel,), daemon=True).start()
        self._leave()

    def _leave(self) -> NoReturn:
        self._listener.close()
        self._keeper.end()
        os._exit(0)

    def _answer(self, channel: Channel) -> None:
        # A caller may hang up, or be killed, at any point.
        with channel, suppress(OSError, EOFError, ValueError, KeyError, TypeError):
            channel.send({"build": self._build, "pid": os.getpid()})
            asked = channel.receive(_ASK_SECONDS)
            if asked["ask"] == "lend":
                self._lend(channel, asked)
            elif asked["ask"] == "status":
                channel.send({"answer": "status"} | self._keeper.facts())
            elif asked["ask"] == "leave":
                self._asked_to_leave(channel, forced=bool(asked.get("forced")))

    def _asked_to_leave(self, channel: Channel, *, forced: bool) -> None:
        if not self._keeper.retire(forced=forced):
            channel.send({"answer": "busy"})
            return
        with suppress(OSError):
            channel.send({"answer": "leaving"})
        self._leave()

    def _lend(self, channel: Channel, asked: dict[str, Any]) -> None:
        held = self._keeper.lease(Wish.of(asked["wish"]), float(asked["idle_seconds"]))
        if held is None:
            channel.send({"answer": "busy"})
            return
        try:
            if held.is_loading:
                channel.send({"answer": "loading"})
            while (running := held.wait(_WAIT_SECONDS)) is None:
                if channel.is_over(0):
                    return
            lent = {"socket": running.socket, "key": running.key, "gpus": running.gpus}
            channel.send({"answer": "lent"} | lent)
            channel.is_over(None)
        except EngineUnavailable as error:
            channel.send({"answer": "failed", "message": error.message, "remedy": error.remedy})
        finally:
            self._keeper.give_back()


def _end(raised: threading.ExceptHookArgs) -> NoReturn:
    """A bug ends the worker, and with it the engine: what is left of it may be of no use, and the
    next caller starts another. Its log has the reason."""
    sys.excepthook(raised.exc_type, raised.exc_value or raised.exc_type(), raised.exc_traceback)
    os._exit(1)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    raise KeyboardInterrupt
