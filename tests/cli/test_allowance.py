"""What a hook says of its time: each part where it counts, and nothing where all was quick."""

from __future__ import annotations

import time

import pytest

from reviewbot.change.git_words import EMPTY_TREES
from reviewbot.changeset import Scope
from reviewbot.cli.allowance import Allowance, Rest, words_on
from reviewbot.report import FileCoverage, Report, Timings, Usage
from reviewbot.settings import Settings

_STAGED = Scope("staged", "the staged change")
_UNBOUND = Allowance(None)


def _report(timings: Timings, calls: int = 0, *, failed: int = 0, scope: Scope = _STAGED) -> Report:
    coverage = (FileCoverage("a.py", 1, 0, failed),)
    return Report(scope, None, (), coverage, Usage(calls), timings)


def _late(seconds: float = 10) -> Allowance:
    return Allowance(seconds, time.monotonic() - seconds)


@pytest.mark.parametrize(
    ("timings", "calls", "words"),
    [
        (Timings(0.1, 1.0, 3.8, 4.9), 3, ""),
        (Timings(0.1, 0.1, 7.8, 8.0), 1, "8.0 s: 7.8 s for 1 answered call"),
        (
            Timings(0.7, 9.1, 8.0, 17.8, wait=5.0),
            7,
            "17.8 s: 0.7 s reading the change, 5.0 s waiting for another review,"
            " 4.1 s until the model was ready, 8.0 s for 7 answered calls",
        ),
        (Timings(0.1, 0.1, 0.1, 6.0), 0, "6.0 s: most of it was no model's"),
    ],
)
def test_a_slow_review_is_told_by_its_parts(timings: Timings, calls: int, words: str) -> None:
    assert words_on(_report(timings, calls), Settings(), _UNBOUND) == words


def test_what_failed_before_the_deadline_was_not_cut_short_by_it() -> None:
    report = _report(Timings(total=1.0), failed=1)
    assert words_on(report, Settings(), Allowance(10.0)) == ""
    assert "stopped after 10 s" in words_on(report, Settings(), _late())


def test_a_whole_review_past_the_deadline_was_not_cut_short() -> None:
    assert "stopped" not in words_on(_report(Timings(total=11.0), 1), Settings(), _late())


@pytest.mark.parametrize(
    ("scope", "command"),
    [
        (_STAGED, "reviewbot review --commit HEAD"),
        (
            Scope("range", "a push", base="a" * 40, head="b" * 40),
            "reviewbot review --range aaaaaaaaaaaa..bbbbbbbbbbbb",
        ),
        (
            Scope("range", "a push", base=EMPTY_TREES["sha1"], head="b" * 40),
            "git diff 4b825dc642cb bbbbbbbbbbbb | reviewbot review --diff -",
        ),
    ],
)
def test_the_command_for_the_rest(scope: Scope, command: str) -> None:
    report = _report(Timings(total=10.0), 1, failed=1, scope=scope)
    words = words_on(report, Settings(), _late())
    assert f"; the rest: {command} (what was answered is kept); " in words
    assert f"; the rest: {command}; " in words_on(report, Settings(cache="off"), _late())


def test_what_the_background_has_is_told_to_be_there() -> None:
    report = _report(Timings(total=10.0), 1, failed=1)
    words = words_on(report, Settings(), _late(), Rest(is_left=True))
    assert "stopped after 10 s; the rest is being reviewed in the background, then: rev" in words
    unasked = Rest("not asked: one answer takes 32 s", is_left=True)
    words = words_on(report, Settings(), Allowance(10.0), unasked)
    assert words.startswith("not asked: one answer takes 32 s; the rest is being reviewed in the")
    whole = _report(Timings(total=1.0), 1)
    assert words_on(whole, Settings(), Allowance(10.0), unasked) == ""


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        (Settings(), 10.0),
        (Settings(hook_deadline=0), None),
        (Settings(hook_deadline=3), 3),
        (Settings(deadline=60, hook_deadline=3), 60),
    ],
)
def test_the_deadline_of_a_review_wins_over_that_of_hooks(
    settings: Settings, seconds: float | None
) -> None:
    assert Allowance.of(settings, 0.0).seconds == seconds


def test_a_second_review_has_what_the_first_one_left() -> None:
    allowance = Allowance(10, time.monotonic() - 4)
    left = allowance.bounding(Settings()).deadline
    assert left is not None
    assert 5 < left <= 6
    assert 0 < (_late().bounding(Settings()).deadline or 0) < 0.1
