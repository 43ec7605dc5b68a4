"""`reviewbot status`, and the worker that a hook leaves behind: an engine of a stand-in's."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reviewbot.engines.worker.place import Place
from reviewbot.private_socket import Listener
from tests.conftest import ROOT, Repository, Reviewbot, Run
from tests.engines.fake_ollama import CODER, fake_ollama, loaded
from tests.engines.worker.reviews import FAKE, gone, until

Command = Callable[..., Run]


@pytest.fixture
def command(reviewbot: Reviewbot, repository: Repository, tmp_path: Path) -> Iterator[Command]:
    """The command with a fake embedded engine that is kept for minutes; it ends with the test."""
    model = tmp_path / "model.gguf"
    model.write_text("{}")
    environ = {
        "REVIEWBOT_WARM_MINUTES": "5",
        "REVIEWBOT_ENGINE": "embedded",
        "REVIEWBOT_MODEL": str(model),
        "PYTHONPATH": f"{FAKE}{os.pathsep}{ROOT}",
    }

    def run(*arguments: str, **more: str) -> Run:
        return reviewbot(*arguments, environ=environ | more)

    yield run
    run("status", "--stop")


def test_a_hook_ends_while_its_worker_stays_and_the_next_one_uses_it(
    command: Command, repository: Repository, tmp_path: Path
) -> None:
    """The pipes of the first are read to their end: the worker does not hold them."""
    for number in range(2):
        repository.stage("a.py", f"a = {number}\n")
        run = command("hook", "pre-commit", "--deadline", "60")
        assert (run.code, "0 findings" in run.out) == (0, True), run
    assert len((tmp_path / "model.gguf.loads").read_text().split()) == 1


def test_status_says_what_runs_and_stop_ends_it(
    command: Command, repository: Repository, tmp_path: Path
) -> None:
    assert "none; the next review with the embedded engine starts it" in command("status").out
    repository.stage("a.py", "a = 1\n")
    command("review")
    run = command("status")
    assert str(tmp_path / "model.gguf") in run.out
    assert "window 4,096, 1 slot" in run.out
    assert "leaves in 5 min" in run.out
    facts = json.loads(command("status", "--json").out)
    engine = facts["engine"]
    assert stat.S_ISSOCK(Path(engine["socket"]).stat().st_mode)
    assert engine["memory"] > 1_000_000
    assert (engine["leases"], engine["loading"]) == (0, False)
    assert facts["cache"]["rows"] > 0
    assert command("status", "--stop").out == "stopped\n"
    assert until(lambda: gone(engine["pid"]))
    assert gone(engine["engine_pid"])
    assert command("status", "--stop").out == "nothing runs\n"


def test_a_review_in_ci_leaves_nothing_behind(command: Command, repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.commit()
    repository.stage("a.py", "a = 2\n")
    repository.commit()
    job = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": repository.git("rev-parse", "HEAD~1"),
        "CI_COMMIT_SHA": repository.git("rev-parse", "HEAD"),
    }
    run = command("review", "--ci", "--format", "json", **job)
    assert run.report["usage"]["calls"] > 0, run
    assert json.loads(command("status", "--json").out)["engine"] is None


def test_without_minutes_no_worker_is_started(command: Command, repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")
    command("review", REVIEWBOT_WARM_MINUTES="0")
    assert "warm_minutes is 0" in command("status", REVIEWBOT_WARM_MINUTES="0").out
    assert json.loads(command("status", "--json").out)["engine"] is None


def test_the_repository_does_not_say_what_stays_in_memory(
    command: Command, repository: Repository
) -> None:
    repository.stage(".reviewbot.toml", "warm_minutes = 1000\n")
    run = command("review")
    assert run.code == 2
    assert "not the repository's to set" in run.err


def test_a_worker_that_does_not_answer_is_told(command: Command) -> None:
    command("status")
    (made,) = (Path(os.environ["XDG_CACHE_HOME"]) / "reviewbot").glob("worker-*")
    silent = Listener(Place(made).socket)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(command, "status"), pool.submit(command, "status", "--stop")]
        found = [one.result() for one in asked]
    silent.close()
    assert "does not answer" in found[0].out
    assert "does not answer" in found[1].err
    assert found[1].code == 2


def test_ollama_says_what_is_in_memory_and_until_when(reviewbot: Reviewbot) -> None:
    with fake_ollama() as ollama:
        environ = {"REVIEWBOT_ENGINE": "ollama", "REVIEWBOT_URL": ollama.url}
        said = reviewbot("status", environ=environ).out
        assert "no model is in memory" in said
        ollama.running = [loaded(CODER, 8192)]
        assert f"{CODER}  in memory until 2026-" in reviewbot("status", environ=environ).out
    assert "no Ollama answers" in reviewbot("status", environ=environ).out
    away = environ | {"REVIEWBOT_URL": "https://10.9.8.7"}
    assert "is not this machine" in reviewbot("status", environ=away).out
