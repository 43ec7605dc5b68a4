"""A team's cache on a real server: found by the next, read by nobody else, left at trouble."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from reviewbot.cache import claims, link
from reviewbot.cache.layered import LayeredCache
from reviewbot.cache.link import Link, Server
from reviewbot.cache.local import LocalCache
from reviewbot.cache.sealing import Seal
from reviewbot.cache.shared import SharedCache
from reviewbot.network import Door
from reviewbot.review.kept import digest
from tests.cache.scripted import Answer, dripping, endless, relayed, says, scripted_server, silent
from tests.cache.team import KEY, TEAM, team_cache
from tests.certificates import certified
from tests.conftest import ROOT
from tests.redis_server import RedisServer, redis_server
from tests.serving import unused_port

NAME = Seal(TEAM).name(KEY)


@pytest.fixture
def server(running: RedisServer) -> RedisServer:
    with _by_hand(running) as redis:
        redis.flushall()
    return running


@contextmanager
def _by_hand(server: RedisServer) -> Iterator[Any]:
    with Redis(port=server.port) as redis:
        yield redis


def _told(cache: SharedCache) -> list[str]:
    assert all(trouble.loud for trouble in cache.troubles)
    return [trouble.what for trouble in cache.troubles]


def test_what_is_kept_is_found_by_another_for_a_while(server: RedisServer) -> None:
    door = Door()
    first, second = team_cache(server.url, door=door), team_cache(server.url)
    first.keep(KEY, "an answer")
    assert second.find(KEY) == "an answer"
    assert second.find(digest("another")) is None
    assert first.troubles == second.troubles == ()
    assert door.connections == (f"127.0.0.1:{server.port}",)
    with _by_hand(server) as redis:
        names = list(redis.scan_iter())
        days = {redis.pttl(name) / 86_400_000 for name in names}
        held = b"".join(names) + b"".join(map(redis.get, names))
    assert len(names) == 2
    assert all(0.9 < left <= 1 for left in days)
    assert b"answer" not in held
    assert KEY.encode() not in held


def test_nothing_is_opened_before_it_is_used() -> None:
    door = Door()
    team_cache(f"redis://127.0.0.1:{unused_port()}", door=door).close()
    assert door.connections == ()


def test_another_teams_key_is_told_once_and_nothing_is_used(server: RedisServer) -> None:
    team_cache(server.url).keep(KEY, "an answer")
    other = team_cache(server.url, bytes(32))
    assert other.find(KEY) is None
    other.keep(KEY, "another answer")
    assert other.claim(KEY) is None
    [told] = _told(other)
    assert "of another key" in told
    assert team_cache(server.url).find(KEY) == "an answer"


@pytest.mark.parametrize("row", [b"", b"poison", "cut", "moved", ["a", "list"]])
def test_a_poisoned_row_is_none_and_is_written_anew(server: RedisServer, row: Any) -> None:
    good = team_cache(server.url)
    good.keep(KEY, "an answer")
    good.keep(digest("another"), "another answer")
    with _by_hand(server) as redis:
        if row == "cut":
            row = redis.get(NAME)[:-1]
        elif row == "moved":
            row = redis.get(Seal(TEAM).name(digest("another")))
        redis.delete(NAME)
        redis.rpush(NAME, *row) if isinstance(row, list) else redis.set(NAME, row)
    cache = team_cache(server.url)
    assert [cache.find(KEY), cache.find(KEY), cache.claim(KEY)] == [None, None, None]
    [told] = _told(cache)
    assert "holds a row that is not used" in told
    cache.keep(KEY, "once more")
    cache.release(KEY)
    assert team_cache(server.url).find(KEY) == "once more"


def test_a_server_that_is_gone_is_left_and_told_once() -> None:
    cache = team_cache(f"redis://127.0.0.1:{unused_port()}")
    cache.keep(KEY, "an answer")
    assert [cache.find(KEY), cache.claim(KEY)] == [None, None]
    [told] = _told(cache)
    assert "Connection refused" in told


def test_a_server_that_is_killed_is_left_and_told_once(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        cache = team_cache(server.url)
        cache.keep(KEY, "an answer")
        assert cache.claim(digest("another")) is None
        server.kill()
        assert [cache.find(KEY), cache.find(KEY)] == [None, None]
        cache.keep(KEY, "an answer")
        cache.close()
    assert len(_told(cache)) == 1


def test_a_connection_that_the_server_closed_is_made_anew(server: RedisServer) -> None:
    cache = team_cache(server.url)
    cache.keep(KEY, "an answer")
    with _by_hand(server) as redis:
        for client in redis.client_list():
            if client["id"] != str(redis.client_id()):
                redis.client_kill_filter(_id=client["id"])
    assert cache.find(KEY) == "an answer"
    assert cache.troubles == ()


@pytest.mark.parametrize(
    "answer",
    [
        silent,
        dripping,
        endless,
        says(b"*1\r\n" * 200_000),
        says(b"HTTP/1.1 400 Bad Request\r\n\r\n:abc\r\n$x\r\n"),
    ],
)
def test_a_server_that_does_not_answer_as_one_is_left_and_told_once(answer: Answer) -> None:
    with scripted_server(answer) as url:
        cache = team_cache(url)
        begun = time.monotonic()
        assert [cache.find(KEY), cache.claim(KEY)] == [None, None]
        assert time.monotonic() - begun < 20  # each dripped byte would begin a second anew
    [told] = _told(cache)
    assert "is not used any more in this run" in told


def test_a_server_that_lies_of_what_it_keeps_gives_no_finding() -> None:
    with scripted_server(says(b"+OK\r\n" * 99)) as url:
        cache = team_cache(url)
        cache.keep(KEY, "an answer")
        assert cache.find(KEY) is None


def test_a_full_server_is_read_and_told_once(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--maxmemory-policy", "noeviction") as server:
        team_cache(server.url).keep(KEY, "an answer")
        with _by_hand(server) as redis:
            redis.config_set("maxmemory", 1)
        cache = team_cache(server.url)
        cache.keep(digest("another"), "another")
        cache.keep(digest("a third"), "a third")
        assert cache.find(KEY) == cache.claim(KEY) == "an answer"
        assert cache.claim(digest("another")) is None
        [told] = _told(cache)
        assert "keeps nothing more: " in told


def test_a_password_is_sent_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--requirepass", "hunter2") as server:
        right = SharedCache(Link(Server(server.url, ("hunter2",), 3), Door()), TEAM, 1, float)
        right.keep(KEY, "an answer")
        assert right.find(KEY) == "an answer"
        for login in ((), ("hunter3",), ("nobody", "hunter2")):
            wrong = SharedCache(Link(Server(server.url, login), Door()), TEAM, 1, float)
            assert wrong.find(KEY) is None
            [told] = _told(wrong)
            assert "hunter" not in told


def test_over_tls_the_servers_name_and_authority_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certified(tmp_path)
    with redis_server(tmp_path, certificate=pem) as server:
        unknown = team_cache(server.url)
        assert unknown.find(KEY) is None
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        named = team_cache(server.url.replace("localhost", "127.0.0.1"))
        assert named.find(KEY) is None
        plain = team_cache(server.url.replace("rediss", "redis"))
        assert plain.find(KEY) is None
        assert [len(_told(one)) for one in (unknown, named, plain)] == [1, 1, 1]
        assert "certificate" in _told(unknown)[0]
        known = team_cache(server.url)
        known.keep(KEY, "an answer")
        assert team_cache(server.url).find(KEY) == "an answer"
        assert known.troubles == ()


def test_a_name_server_that_is_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    def silent(*_: object, **__: object) -> list[Any]:
        asked.wait(30)
        return []

    monkeypatch.setattr("reviewbot.network.socket.getaddrinfo", silent)
    monkeypatch.setattr(link, "NAME_SECONDS", 0.1)
    cache = team_cache("rediss://cache.example")
    assert cache.find(KEY) is None
    asked.set()
    assert "not resolved in time" in _told(cache)[0]


# Who asks


def test_a_claim_that_was_taken_and_whose_reply_is_lost_is_not_waited_for(
    server: RedisServer,
) -> None:
    passed, lost = relayed(server.port), relayed(server.port, is_lost=True)
    with scripted_server(passed, passed, lost, passed) as url:
        cache = team_cache(url)
        assert cache.find(KEY) is None
        begun = time.monotonic()
        assert cache.claim(KEY) is None
        assert time.monotonic() - begun < claims.LEASE_SECONDS / 2
        assert cache.troubles == ()
        cache.release(KEY)
    with _by_hand(server) as redis:
        assert redis.exists(NAME + b":asked") == 0


def test_one_asks_and_the_other_waits_for_the_answer(server: RedisServer) -> None:
    first, second = team_cache(server.url), team_cache(server.url)
    assert first.claim(KEY) is None
    found: list[str | None] = []
    waiting = threading.Thread(target=lambda: found.append(second.claim(KEY)))
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive()
    first.keep(KEY, "an answer")
    first.release(KEY)
    waiting.join(30)
    assert found == ["an answer"]


def test_who_gives_up_lets_the_other_ask(server: RedisServer) -> None:
    first, second = team_cache(server.url), team_cache(server.url)
    assert first.claim(KEY) is None
    threading.Timer(0.3, first.release, (KEY,)).start()
    assert second.claim(KEY) is None
    assert first.claim(digest("another")) is None
    first.close()  # a review that ends with calls under way
    assert second.claim(digest("another")) is None
    assert second.troubles == ()


def test_the_claim_of_one_that_lives_is_renewed_and_of_one_that_died_runs_out(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE_SECONDS", 1.5)
    monkeypatch.setattr(claims, "_RENEWED", 0.2)
    living, waiting = team_cache(server.url), team_cache(server.url, patience=4)
    assert living.claim(KEY) is None
    begun = time.monotonic()
    assert waiting.claim(KEY) is None
    assert time.monotonic() - begun >= 4
    assert living.troubles == waiting.troubles == ()
    living._link.leave("it was killed")
    begun = time.monotonic()
    assert team_cache(server.url).claim(KEY) is None
    assert time.monotonic() - begun < 30


_ONE_OF_MANY = """
import sys, time
from reviewbot.cache.link import Link, Server
from reviewbot.cache.shared import SharedCache
from reviewbot.network import Door
url, key, log = sys.argv[1:]
cache = SharedCache(Link(Server(url), Door()), bytes(range(32)), 1, lambda: 100.0)
cache.find(key)
print("ready", flush=True)
sys.stdin.readline()
found = cache.claim(key)
if found is None:
    with open(log, "a") as file:
        file.write("asked\\n")
    time.sleep(0.3)
    cache.keep(key, "an answer")
    cache.release(key)
    found = "an answer"
cache.close()
print(found, *[trouble.what for trouble in cache.troubles])
"""


@pytest.mark.slow
def test_of_twenty_processes_one_asks(server: RedisServer, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _ONE_OF_MANY, server.url, KEY, str(tmp_path / "log")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    many = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(20)]
    assert [one.stdout.readline() for one in many if one.stdout] == ["ready\n"] * 20
    for one in many:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate()[0] for one in many] == ["an answer\n"] * 20
    assert (tmp_path / "log").read_text() == "asked\n"


# Before it, that of this machine


def test_what_the_shared_one_has_is_kept_here(server: RedisServer, tmp_path: Path) -> None:
    team_cache(server.url).keep(KEY, "an answer")
    here = LocalCache(tmp_path / "here", 1_000_000)
    both = LayeredCache(here, team_cache(server.url))
    assert both.find(KEY) == here.find(KEY) == "an answer"
    both.keep(digest("another"), "another answer")
    assert team_cache(server.url).find(digest("another")) == "another answer"
    alone = LayeredCache(here, team_cache(f"redis://127.0.0.1:{unused_port()}"))
    assert [alone.claim(KEY), alone.find(digest("another"))] == ["an answer", "another answer"]
    assert alone.troubles == ()  # it was not needed
