"""What the history has of a review: numbers, and no word of its code."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.changeset import Scope
from reviewbot.finding import Category, Finding, Location, Mute, Severity, Side
from reviewbot.history.entry import Counts, Entry, entry_of, entry_of_asking, total
from reviewbot.report import EngineInfo, FileCoverage, Report, Timings, Usage

FINDING = Finding(
    rule="RB-CORRECTNESS",
    category=Category.CORRECTNESS,
    severity=Severity.ERROR,
    confidence=0.9,
    location=Location("secret.py", Side.NEW, 1, 1),
    quote="secret code",
    title="secret title",
    message="secret message",
    fingerprint="f",
)
REPORT = Report(
    scope=Scope("staged", "the secret change"),
    engine=EngineInfo("embedded", "/home/somebody/weights.gguf", notes=("secret note",)),
    findings=(FINDING, replace(FINDING, severity=Severity.NOTE)),
    muted=(
        replace(FINDING, muted=Mute("confidence")),
        replace(FINDING, muted=Mute("inline", "secret reason")),
        replace(FINDING, muted=Mute("inline")),
    ),
    coverage=(FileCoverage("secret.py", reviewed=3),),
    usage=Usage(4, 1000, 50, 300, 2, 1, 0, 6, 700, 20),
    timings=Timings(capture=0.5, load=3.0, ask=20.12345, total=24.0, wait=1.0),
    connections=("secret.host",),
    dropped=3,
    refuted={"parses": 2, "defined": 1},
)


def test_a_report_is_counted() -> None:
    entry = entry_of(REPORT, "hook", 7.0)
    assert (entry.at, entry.kind, entry.status) == (7.0, "hook", "complete")
    assert (entry.engine, entry.model) == ("embedded", "weights.gguf")
    assert entry.counts == Counts(
        calls=4,
        failed_calls=1,
        prompt_tokens=1000,
        cached_tokens=300,
        completion_tokens=50,
        chunks=6,
        cached_chunks=2,
        saved_prompt_tokens=700,
        saved_completion_tokens=20,
        total_seconds=24.0,
        load_seconds=3.0,
        wait_seconds=1.0,
        ask_seconds=20.123,
        errors=1,
        notes=1,
        muted_confidence=1,
        muted_inline=2,
        dropped=3,
        refuted=3,
    )
    assert (entry.counts.findings, entry.counts.muted) == (2, 3)
    assert entry.counts.busy_seconds == 3.0 - 1.0 + 20.123


def test_nothing_of_the_code_is_in_it() -> None:
    assert "secret" not in repr(entry_of(REPORT, "review", 7.0))
    assert "somebody" not in repr(entry_of(REPORT, "review", 7.0))


def test_names_are_plain_and_short() -> None:
    odd = replace(REPORT, engine=EngineInfo("ollama", "a\x1b[31m\nb" + "x" * 999))
    model = entry_of(odd, "review", 7.0).model
    assert (model[:8], len(model)) == ("a[31m bx", 200)


def test_what_asks_and_finds_nothing_is_counted_too() -> None:
    asked = None, Usage(calls=2, prompt_tokens=10), Timings(total=1.0)
    assert entry_of_asking(asked, "explain", "incomplete", 7.0) == Entry(
        7.0, "explain", "incomplete", counts=Counts(calls=2, prompt_tokens=10, total_seconds=1.0)
    )


def test_counts_add_up() -> None:
    one = entry_of(REPORT, "hook", 7.0).counts
    both = total([one, one])
    assert (both.calls, both.total_seconds, both.refuted) == (8, 48.0, 6)
    assert total([]) == Counts()
