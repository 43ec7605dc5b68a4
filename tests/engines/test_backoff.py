from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from reviewbot.engines.backoff import Backoff, retry_after
from reviewbot.engines.base import Patience


def test_pauses_double_until_the_bound() -> None:
    backoff = Backoff(Patience(5), 0.8)
    begun = time.monotonic()
    assert [backoff.pause() for _ in range(4)] == [True, True, True, False]
    assert 0.7 <= time.monotonic() - begun < 1.2


def test_the_servers_word_is_heeded_or_refused_at_once() -> None:
    begun = time.monotonic()
    assert not Backoff(Patience(5), 60).pause(61)
    assert not Backoff(Patience(5, begun + 1), 60).pause(2)
    assert time.monotonic() - begun < 0.1
    assert Backoff(Patience(5), 60).pause(0.3)
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize("shift", [-30, 90])
def test_a_date_is_seconds_from_now(shift: int) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=shift), usegmt=True)
    assert retry_after(at) == pytest.approx(max(0, shift), abs=2)


@pytest.mark.parametrize("header", ["", "-1", "1.5", "²", "Fri, 99 Foo 2026", "\x00"])
def test_what_says_nothing_is_nothing(header: str) -> None:
    assert retry_after(header) is None
