"""A deadline that holds whatever the server does.

A read time-out counts from the last byte, so a server that drips one byte now and then never
meets it: in the head of its answer nobody but the socket can stop it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from reviewbot.engines.base import Patience
from reviewbot.network import shut

Trace = Callable[[str, Mapping[str, Any]], None]

# httpcore's names for the steps that hand out a connection (1.0.9).
_CONNECTED = (".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")
# So that the deadline has passed for whoever asks `Patience` when the connection breaks.
_AFTER = 0.02


@contextmanager
def cut_off(patience: Patience) -> Iterator[dict[str, Trace]]:
    """The `extensions` of one request, whose connection is shut down at the deadline."""
    if patience.ends_at is None:
        yield {}
        return
    streams: list[Any] = []

    def trace(step: str, facts: Mapping[str, Any]) -> None:
        if step.endswith(_CONNECTED):
            streams.append(facts["return_value"])

    def cut() -> None:
        for stream in streams[-1:]:  # behind TLS the first one has given its socket away
            shut(stream.get_extra_info("socket"))

    timer = threading.Timer(max(0.0, patience.ends_at - time.monotonic()) + _AFTER, cut)
    timer.daemon = True
    timer.start()
    try:
        yield {"trace": trace}
    finally:
        timer.cancel()
