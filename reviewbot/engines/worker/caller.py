"""Borrow the worker's engine: find the worker or start it, and say what is to be loaded.

Whatever goes wrong with the worker itself is no error: then there is none, and a review loads its
model as it does without one. What goes wrong with the model is told as it is there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reviewbot.engines.base import Patience
from reviewbot.engines.llama_child import LOAD_SECONDS, Running, not_in_time
from reviewbot.engines.wanted import Warm
from reviewbot.engines.worker.place import Place, place
from reviewbot.engines.worker.start import start
from reviewbot.engines.worker.words import Wish, build
from reviewbot.errors import EngineUnavailable
from reviewbot.network import Door
from reviewbot.private_socket import Channel

# A worker answers within milliseconds; one that is stopped or stuck is not waited for.
_GREETING_SECONDS = 5.0
_LEAVE_SECONDS = 10.0  # an engine that hangs is given 5 s
# Another one that leaves or starts is waited for.
_REACH_SECONDS = 20.0
_AGAIN = 0.02
# One that ends as it is asked, killed or by itself, is followed by another one.
_TRIES = 2
_GOES_ON = "it goes on loading for the next review: reviewbot status"


@contextmanager
def borrowed(
    wish: Wish, name: str, warm: Warm, door: Door, patience: Patience
) -> Iterator[Running | None]:
    """The worker's engine, and None where there is no worker to have: no folder for its socket,
    one that lends another model now, one that does not answer. `name` is the model's for people.

    Raises EngineUnavailable where the model does not load, or not in time.
    """
    found = place(warm.folder)
    for _ in range(_TRIES if found else 0):
        assert found is not None  # noqa: S101
        channel = _reached(found, warm, door, patience)
        if channel is None:
            break
        with channel:
            try:
                lent = _lent(channel, wish, name, warm, patience)
            except (EOFError, OSError, ValueError):
                continue
            yield lent
            return
    yield None


def _reached(found: Place, warm: Warm, door: Door, patience: Patience) -> Channel | None:
    """A worker of this build, which may have been started now."""
    ends_at = time.monotonic() + min(_REACH_SECONDS, patience.left)
    mine = build()
    try:
        while time.monotonic() < ends_at:
            greeted = greeting(found, door)
            if greeted is None:
                if not warm.starts:
                    return None
                if not start(found):
                    time.sleep(_AGAIN)
            elif greeted[1].get("build") == mine:
                return greeted[0]
            elif not told_to_leave(greeted[0]):
                return None
    except (OSError, ValueError):  # a stranger's, one that does not answer, a full disk …
        pass
    _ = patience.left
    return None


def greeting(found: Place, door: Door) -> tuple[Channel, dict[str, Any]] | None:
    """A worker's connection and its greeting; None where none runs, or it is leaving. Raises
    OSError, ValueError."""
    try:
        channel = door.neighbour(found.socket, _GREETING_SECONDS)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    try:
        return channel, channel.receive(_GREETING_SECONDS)
    except (EOFError, ConnectionResetError):
        channel.close()
        return None
    except BaseException:
        channel.close()
        raise


def told_to_leave(channel: Channel, *, forced: bool = False) -> bool:
    """Whether the worker is gone; unless it is `forced`, it stays where its engine is lent. Raises
    OSError, ValueError."""
    with channel:
        channel.send({"ask": "leave", "forced": forced})
        try:
            leaves = channel.receive(_GREETING_SECONDS).get("answer") == "leaving"
        except (EOFError, ConnectionResetError):
            return True
        return leaves and channel.is_over(_LEAVE_SECONDS)


def _lent(
    channel: Channel, wish: Wish, name: str, warm: Warm, patience: Patience
) -> Running | None:
    """What the worker lends; None where it does not. Raises EngineUnavailable, and EOFError,
    OSError or ValueError where it is gone."""
    seconds = min(LOAD_SECONDS, patience.left)
    ends_at = time.monotonic() + seconds
    try:
        channel.send({"ask": "lend", "wish": wish.row(), "idle_seconds": warm.minutes * 60})
        said = channel.receive(seconds)
        if said.get("answer") == "loading":
            patience.on_wait(f"loading {name}")
            said = channel.receive(ends_at - time.monotonic())
    except TimeoutError:
        late = not_in_time(wish.model, seconds)
        raise EngineUnavailable(late.message, _GOES_ON) from None
    if said.get("answer") == "failed":
        raise EngineUnavailable(str(said.get("message")), str(said.get("remedy")))
    if said.get("answer") != "lent":
        return None
    return Running(str(said.get("socket")), str(said.get("key")), str(said.get("gpus")))
