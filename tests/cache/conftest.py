"""What all tests of the caches share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewbot.cache.link import Link, Server
from reviewbot.cache.waiting import Waiting
from reviewbot.network import Door
from tests.redis_server import RedisServer, redis_server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(autouse=True)
def _links_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client's connection refers to itself: one that a test leaves open would be closed by the
    garbage collector, and whichever test runs then would be told of its socket."""
    opened: list[Link] = []
    begin = Link.__init__

    def noted(self: Link, server: Server, door: Door, waiting: Waiting | None = None) -> None:
        begin(self, server, door, waiting)
        opened.append(self)

    monkeypatch.setattr(Link, "__init__", noted)
    yield
    for link in opened:
        link.close()
