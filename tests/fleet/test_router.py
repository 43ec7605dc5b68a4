"""reviewbot with vllm-router 0.1.17 between it and its workers: stand-ins that answer as vLLM does,
and llama.cpp's server with SmolLM2-135M."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from reviewbot.engines.base import Patience
from reviewbot.engines.openai_compatible import OpenAIEngine, open_openai
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.network import Door
from tests.conftest import Repository, Run
from tests.engines.fake_openai import CHAT, reset_in_mid_stream
from tests.fleet.processes import SLOTS, WINDOW, Llama, files, llama, router
from tests.fleet.worker import Worker, working
from tests.serving import Handler, Request

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("collected"),
]

_POLICIES = ("cache_aware", "consistent_hash", "round_robin")


@dataclass
class _Dying(Worker):
    """Is killed in the middle of its second reply: what else it is asked has no answer at all."""

    died: threading.Event = field(default_factory=threading.Event)
    asked: int = 0

    def answer(self, handler: Handler, request: Request) -> None:
        self.asked += request.path == CHAT
        if self.died.is_set():
            handler.connection.close()
        elif self.asked > 1:
            self.died.set()
            reset_in_mid_stream(handler, self.served)
        else:
            super().answer(handler, request)


def _opened(url: str) -> OpenAIEngine:
    with open_openai(OpenAIServer(url, Door()), None, Patience(30)) as engine:
        return engine


def _begin(repository: Repository, url: str, count: int, *options: str) -> subprocess.Popen[bytes]:
    for name, text in files(count).items():
        repository.write(name, text)
    repository.git("add", ".")
    command = [sys.executable, "-P", "-m", "reviewbot", "review", "--engine", "openai"]
    command += ["--url", url, "--format", "json", "--linters", "off", "--no-cache", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=repository.path, env=dict(os.environ), **pipes)  # type: ignore[call-overload,no-any-return]


def _end(process: subprocess.Popen[bytes]) -> Run:
    out, err = process.communicate(timeout=300)
    return Run(process.returncode, out.decode(), err.decode())


def test_window_and_slots_are_found_through_the_router() -> None:
    with ExitStack() as running:
        workers = [running.enter_context(working(Worker(0.1))).url for _ in range(3)]
        through = running.enter_context(router(workers, "cache_aware"))
        engine = _opened(through.url)
    assert (engine.info.window, engine.slots, engine.info.notes) == (8192, 12, ())


@pytest.mark.parametrize("policy", ["cache_aware", "round_robin"])
def test_a_worker_that_dies_in_mid_reply_loses_nothing_and_doubles_nothing(
    repository: Repository, policy: str
) -> None:
    dying, old, new = _Dying(0.2), Worker(0.2), Worker(0.2)
    with ExitStack() as steps:
        for worker in (dying, old, new):
            steps.enter_context(working(worker))
        through = steps.enter_context(router([dying.url, old.url], policy))
        process = _begin(repository, through.url, 24, "--slots", "2")
        assert dying.died.wait(60)
        through.add(new.url)
        through.remove(dying.url)
        run = _end(process)
    answered = [*dying.answered, *old.answered, *new.answered]
    assert (run.code, run.report["status"]) == (0, "complete"), run.err
    assert len(answered) == len(set(answered)) == 24
    assert new.answered
    usage = run.report["usage"]
    assert (usage["calls"], usage["failed_calls"]) == (24, 0)
    assert usage["retries"] >= 1


def test_a_review_that_begins_before_the_router_knows_of_a_death(repository: Repository) -> None:
    """It asks the dead worker for the list of models until its own checks have failed (run with
    vLLM 0.32.0, too)."""
    checks = ("--health-check-interval-secs", "1", "--health-failure-threshold", "3")
    with ExitStack() as running:
        workers = [Worker(0.1), Worker(0.1)]
        lives = [running.enter_context(ExitStack()) for _ in workers]
        for life, worker in zip(lives, workers, strict=True):
            life.enter_context(working(worker))
        through = running.enter_context(
            router([one.url for one in workers], "round_robin", *checks)
        )
        models = f"{through.url}/v1/models"
        assert httpx.get(models, trust_env=False).is_success
        asked = [any(one.path == "/v1/models" for one in worker.served.seen) for worker in workers]
        lives[asked.index(True)].close()
        assert httpx.get(models, trust_env=False).status_code == 500
        run = _end(_begin(repository, through.url, 4))
    assert (run.code, run.report["status"]) == (0, "complete"), run.err


@pytest.fixture(scope="module")
def llamas() -> Iterator[list[Llama]]:
    with ExitStack() as running:
        yield [running.enter_context(llama()) for _ in range(2)]


@pytest.mark.engine
@pytest.mark.parametrize("policy", _POLICIES)
def test_what_all_prompts_share_is_read_once_by_each_worker(
    llamas: list[Llama], policy: str, repository: Repository
) -> None:
    with router([one.url for one in llamas], policy) as through:
        engine = _opened(through.url)
        assert (engine.info.window, engine.slots) == (WINDOW, 2 * SLOTS)
        run = _end(_begin(repository, through.url, 6))
    usage = run.report["usage"]
    assert (usage["calls"], usage["failed_calls"]) == (6, 0), run.err
    assert usage["cached_tokens"] > usage["prompt_tokens"] / 2


@pytest.mark.engine
def test_a_llama_killed_and_another_added_in_mid_review(repository: Repository) -> None:
    with ExitStack() as running:
        first, second = (running.enter_context(llama()) for _ in range(2))
        through = running.enter_context(router([first.url, second.url], "round_robin"))
        process = _begin(repository, through.url, 8)
        _wait_until_asked(first)
        first.process.kill()
        third = running.enter_context(llama())
        through.add(third.url)
        run = _end(process)
        assert third.url in through.get("/list_workers")["urls"]
    usage, report = run.report["usage"], run.report
    assert sum(entry["failed"] for entry in report["coverage"]) == 0, run.err
    assert (report["status"], usage["calls"], usage["failed_calls"]) == ("complete", 8, 0)
    # None where the moment was one before the first word: then the router itself asks again.
    assert usage["retries"] <= 1


def _wait_until_asked(worker: Llama) -> None:
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        slots = httpx.get(f"{worker.url}/slots", trust_env=False, timeout=60).json()
        if any(slot["is_processing"] for slot in slots):
            return
        time.sleep(0.01)
    raise AssertionError("nobody asks")
