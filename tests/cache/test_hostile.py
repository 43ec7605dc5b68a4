"""A team's server that is hostile or broken: a question is asked again, never more."""

from __future__ import annotations

import socket
import sys
import time

import pytest
from redis import Redis

from reviewbot.cache import claims
from reviewbot.cache.link import Link, Server
from reviewbot.cache.sealing import Seal
from reviewbot.cache.shared import SharedCache
from reviewbot.cache.waiting import Waiting
from reviewbot.network import Door
from reviewbot.review.kept import digest
from tests.cache.scripted import Answer, closing, says, scripted_server, silent, slowly
from tests.cache.team import KEY, TEAM, team_cache
from tests.redis_server import RedisServer

MANY = [digest(str(number)) for number in range(200)]

# What an empty server says of each: whether the team's row is set, and which it is; of a row.
_FRESH, _NONE = b"+OK\r\n$-1\r\n", b"$-1\r\n"


def _told(cache: SharedCache) -> str:
    [trouble] = cache.troubles
    return trouble.what


@pytest.mark.parametrize(
    "answer",
    [
        silent,
        closing,
        *map(
            says,
            (
                b":abc\r\n",
                b":" + b"9" * 5000 + b"\r\n",
                b"$99999999999\r\nabc",
                b"$-7\r\nabc\r\n",
                b"$100\r\nabc",
                b"*99999999999\r\n",
                b"*1\r\n" * 200_000,
                b"x" * 3_000_000,
                b"\r\n",
                b"HTTP/1.1 400 Bad Request\r\n\r\n",
                b":7\r\n",
                b"*1\r\n$1\r\nx\r\n",
                b"-MOVED 1 10.0.0.1:6379\r\n",
                b"-ASK\r\n",
                b"-LOADING Redis is loading\r\n",
                b"-NOAUTH Authentication required.\r\n",
                b"-MISCONF no disk\r\n",
                b"-BUSY a script runs\r\n",
            ),
        ),
    ],
)
def test_a_server_that_turns_hostile_after_a_good_answer_is_left(answer: Answer) -> None:
    """The first connection is tried with more care than one that has served."""
    with scripted_server(says(_FRESH), says(_NONE), answer) as url:
        cache = team_cache(url)
        assert cache.find(KEY) is None
        assert cache.troubles == ()
        assert [cache.find(KEY), cache.claim(KEY)] == [None, None]
        cache.keep(KEY, "an answer")
        cache.close()
    assert "is not used any more in this run" in _told(cache)


def test_other_words_each_time_are_told_once() -> None:
    answers = [says(f"-WRONGTYPE {number}\r\n".encode()) for number in range(20)]
    with scripted_server(says(_FRESH), *answers) as url:
        cache = team_cache(url)
        assert {cache.find(key) for key in MANY[:20]} == {None}
        assert "holds a row that is not used" in _told(cache)


def test_a_server_that_is_always_just_in_time_is_left() -> None:
    with scripted_server(says(_FRESH), slowly(0.6, _NONE)) as url:
        cache = team_cache(url)
        begun = time.monotonic()
        assert {cache.find(key) for key in MANY} == {None}
        assert time.monotonic() - begun < 40  # and not two minutes
    assert "it is too slow" in _told(cache) or "Timeout" in _told(cache)


def test_past_the_deadline_of_a_review_nothing_is_waited_for() -> None:
    with scripted_server(says(_FRESH), slowly(0.09, _NONE)) as url:
        ends_at = time.monotonic() + 1
        cache = team_cache(url, waiting=Waiting(ends_at))
        assert {cache.find(key) for key in MANY} == {None}
        assert time.monotonic() - ends_at < 5  # the rest would take 18 s
        assert cache.troubles == ()  # it was not the server's fault


def test_what_slow_answers_cost_is_made_good_by_quick_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("reviewbot.cache.waiting.time.monotonic", lambda: now[0])

    def left_after(waiting: Waiting, *seconds: float) -> float:
        for one in seconds:
            with waiting.measured():
                now[0] += one
        return waiting.left

    assert left_after(Waiting(), *[0.6] * 9) > 0
    assert left_after(Waiting(), *[0.6] * 11) == 0
    assert left_after(Waiting(), *[0.6, *[0.01] * 9] * 100) == 1.0
    assert left_after(Waiting(), *[0.09] * 10_000) == 1.0
    assert left_after(Waiting(now[0] + 10), *[0.6] * 3) > 0
    assert left_after(Waiting(now[0] + 10), *[0.6] * 5) == 0  # a fifth of what the review has


# Claims


def test_a_claim_that_a_server_makes_up_is_not_waited_for(running: RedisServer) -> None:
    names = {key: Seal(TEAM).name(key) + b":asked" for key in MANY[:3]}
    with Redis(port=running.port) as by_hand:
        other = team_cache(running.url)
        assert other.claim(digest("moved")) is None
        moved = by_hand.get(Seal(TEAM).name(digest("moved")) + b":asked")
        for name, row in zip(names.values(), [b"owner", moved, b""], strict=True):
            by_hand.set(name, row)
    for key in names:
        cache = team_cache(running.url)
        begun = time.monotonic()
        assert cache.claim(key) is None
        assert time.monotonic() - begun < 30  # and not its patience
        assert "none of the team's" in _told(cache)
    other.close()


def test_a_claim_that_outlives_its_owner_is_not_waited_for(
    running: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that drops no row in time: its clock went back, or it means harm."""
    monkeypatch.setattr(claims, "LEASE_SECONDS", 3600.0)
    dead = team_cache(running.url)
    assert dead.claim(KEY) is None
    dead._link.leave("it was killed")
    monkeypatch.setattr(claims, "LEASE_SECONDS", 0.5)
    monkeypatch.setattr(claims, "_RENEWED", 0.1)
    waiting = team_cache(running.url, patience=600)
    begun = time.monotonic()
    assert [waiting.claim(KEY), waiting.claim(KEY)] == [None, None]
    assert time.monotonic() - begun < 60
    assert waiting.troubles == ()


def test_a_claim_that_was_renewed_is_still_its_owners_to_end(
    running: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_RENEWED", 0.05)
    key = digest("renewed")
    owner, other = team_cache(running.url), team_cache(running.url)
    assert owner.claim(key) is None
    time.sleep(0.5)
    owner.release(key)
    begun = time.monotonic()
    assert other.claim(key) is None
    assert time.monotonic() - begun < claims.LEASE_SECONDS / 2
    other.release(key)


def test_after_waiting_in_vain_answers_are_still_found(running: RedisServer) -> None:
    owner, impatient = team_cache(running.url), team_cache(running.url, patience=0.1)
    first, second = digest("waited for"), digest("there by then")
    assert owner.claim(first) is None
    assert impatient.claim(first) is None
    owner.keep(second, "an answer")
    assert impatient.claim(second) == "an answer"
    owner.release(first)


# What is said


def test_nothing_is_said_that_the_cache_does_not_need() -> None:
    """The client would tell its name and version, ask for the server's, and look after its health;
    some versions of it tell a collector, too."""
    said: list[bytes] = []

    def answer(client: socket.socket, words: bytes) -> None:
        said.append(words)
        commands = words.count(b"\r\nSET\r\n") + words.count(b"\r\nGET\r\n")
        client.sendall(b"$-1\r\n" * commands or b":1\r\n")

    with scripted_server(answer) as url:
        cache = team_cache(url, patience=0)
        assert [cache.find(KEY), cache.claim(KEY)] == [None, None]
        cache.keep(KEY, "an answer")
        cache.close()
    words = b"".join(said).split(b"\r\n")
    spoken = {word for word in words if word.isalpha() and word.isupper()}
    assert spoken == {b"SET", b"GET", b"NX", b"PX"}
    assert words[2] == b"SET"


def test_a_client_of_another_making_is_told_and_nothing_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "reviewbot.cache.wire", raising=False)
    monkeypatch.setitem(sys.modules, "redis._parsers", None)
    door = Door()
    cache = SharedCache(Link(Server("redis://127.0.0.1:1"), door), TEAM, 1, float)
    assert [cache.find(KEY), cache.claim(KEY)] == [None, None]
    assert "`redis` cannot be used" in _told(cache)
    assert door.connections == ()
