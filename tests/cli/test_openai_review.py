"""A review by an OpenAI-compatible server: what reaches the report and the exit code."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.conftest import Repository, Reviewbot, Run
from tests.engines import fake_openai as fakes
from tests.engines.fake_openai import FakeOpenAI, Reply, running
from tests.serving import unused_port

_FINDING = {
    "quote": "    return eval(x)",
    "problem": "Runs what the caller sends.",
    "category": "security",
    "severity": "error",
}
_GOOD = json.dumps({"findings": [_FINDING]})


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with running(fakes.llama_cpp()) as fake:
        yield fake


@pytest.fixture
def two_chunks(repository: Repository) -> Repository:
    repository.stage("a.py", "def f(x):\n    return eval(x)\n")
    repository.stage("b.py", "def g(x):\n    return eval(x)\n")
    return repository


def _review(reviewbot: Reviewbot, url: str, *more: str) -> Run:
    options = ("--url", url, "--format", "json", "--linters", "off")
    return reviewbot("review", "--engine", "openai", *options, *more)


def _lines(run: Run) -> dict[str, int]:
    return {entry["path"]: entry["failed"] for entry in run.report["coverage"]}


@pytest.mark.usefixtures("two_chunks")
def test_findings_of_all_chunks_are_reported(server: FakeOpenAI, reviewbot: Reviewbot) -> None:
    server.chat = fakes.says(_GOOD)
    run = _review(reviewbot, f"{server.url}/v1", "--fail-on", "error")
    assert (run.code, run.report["status"]) == (1, "complete")
    assert [
        one["location"]["path"] if "location" in one else one["path"]
        for one in run.report["findings"]
    ] == ["a.py", "b.py"]
    assert run.report["privacy"]["connections"] == [f"127.0.0.1:{server.served.port}"]


@pytest.mark.usefixtures("two_chunks")
@pytest.mark.parametrize(
    "reply",
    [
        fakes.says("I see nothing wrong."),
        fakes.says(_GOOD[:-3]),
        fakes.says('{"findings": [', "length"),
        fakes.says('{"defects": []}'),
        fakes.says('{"findings": NaN}'),
        fakes.says('{"findings": [{"quote": 1}]}'),
        fakes.says(""),
        fakes.saying(200, {"error": "Trying to keep the first tokens"}),
        fakes.saying(500, {"error": {"message": "out of memory"}}),
        fakes.stream(fakes.delta("{" + "\n" * 500)),
        fakes.reset_in_mid_stream,
    ],
)
def test_a_chunk_that_fails_is_named_and_the_others_findings_are_kept(
    server: FakeOpenAI, reviewbot: Reviewbot, reply: Reply
) -> None:
    # One that breaks off is asked for once more.
    times = 2 if reply is fakes.reset_in_mid_stream else 1
    server.chat = fakes.then(*[reply] * times, fakes.says(_GOOD))
    run = _review(reviewbot, server.url, "--slots", "1")
    assert (run.code, run.report["status"]) == (3, "incomplete")
    assert _lines(run) == {"a.py": 2, "b.py": 0}
    assert "b.py" in json.dumps(run.report["findings"])


@pytest.mark.usefixtures("two_chunks")
@pytest.mark.parametrize("engine", ["openai", "auto"])
def test_a_server_that_is_down_is_told_at_once(reviewbot: Reviewbot, engine: str) -> None:
    begun = time.monotonic()
    run = _review(reviewbot, f"http://127.0.0.1:{unused_port()}", "--engine", engine)
    assert time.monotonic() - begun < 20  # of the 300 s that a server may be silent
    assert (run.code, run.report["status"]) == (3, "incomplete")
    assert "no server answers" in json.dumps(run.report)
    assert _lines(run) == {"a.py": 2, "b.py": 2}


@pytest.mark.usefixtures("two_chunks")
def test_a_hanging_server_leaves_what_was_done_before_the_deadline(
    server: FakeOpenAI, reviewbot: Reviewbot
) -> None:
    server.chat = fakes.then(fakes.says(_GOOD), fakes.hang_in_mid_stream)
    run = _review(reviewbot, server.url, "--deadline", "3", "--slots", "1")
    assert run.code == 3
    assert _lines(run) == {"a.py": 0, "b.py": 2}
    assert "a.py" in json.dumps(run.report["findings"])


@pytest.mark.usefixtures("two_chunks")
def test_openai_needs_a_url(reviewbot: Reviewbot) -> None:
    run = reviewbot("review", "--engine", "openai")
    assert run.code == 2
    assert "--engine openai needs --url" in run.err
    assert "LM Studio" in run.err


@pytest.mark.usefixtures("two_chunks")
def test_an_assumed_window_is_told(reviewbot: Reviewbot) -> None:
    with running(fakes.gateway()) as fake:
        run = _review(reviewbot, fake.url)
        assert "4096 tokens are assumed" in run.err
        run = _review(reviewbot, fake.url, "--window", "3000")
        assert run.report["engine"]["window"] == 3000
        assert "assumed" not in run.err
