"""Takes mails from the queue and hands them to the relay."""

import logging
from typing import Protocol

log = logging.getLogger(__name__)


class RelayError(Exception):
    """The relay did not take the mail."""


class Queue(Protocol):
    def receive(self) -> tuple[str, str] | None: ...
    def acknowledge(self, tag: str) -> None: ...
    def postpone(self, tag: str, minutes: int) -> None: ...


class Relay(Protocol):
    def deliver(self, mail: str) -> None: ...


def drain(queue: Queue, relay: Relay) -> int:
    """Deliver what waits; the number of mails that went out. One bad mail stops no other."""
    sent = 0
    while (message := queue.receive()) is not None:
        tag, mail = message
        try:
            relay.deliver(mail)
        except RelayError as error:
            log.warning("mail %s is tried again later: %s", tag, error)
            queue.postpone(tag, 10)
        else:
            queue.acknowledge(tag)
            sent += 1
    return sent
