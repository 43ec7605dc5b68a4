"""`reviewbot doctor`: what it says of an engine, a repository and what could leave."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewbot.cli.main import main
from reviewbot.models import hardware
from reviewbot.models.gpus import GIB, Gpu
from reviewbot.models.hardware import Machine
from tests.conftest import Repository, Reviewbot, Run
from tests.engines.fake_ollama import (
    CODER,
    FakeOllama,
    begin,
    chunk,
    fake_ollama,
    last,
    line,
    loaded,
    piece,
    tag,
)
from tests.serving import Handler, Served, unused_port
from tests.watching import run_watched

_REMOTE: dict[str, Any] = {"remote_host": "https://ollama.com:443"}


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with fake_ollama() as fake:
        yield fake


@pytest.fixture
def nobody() -> dict[str, str]:
    """An Ollama that is not there: this machine may run a real one."""
    return {"OLLAMA_HOST": f"127.0.0.1:{unused_port()}"}


def lines(run: Run) -> dict[str, tuple[str, str]]:
    """State and text by the name of the check; a remedy is a part of the text above it."""
    found: dict[str, tuple[str, str]] = {}
    name = ""
    for row in run.out.splitlines():
        if match := re.match(r"(ok|warning|error) +(\S+(?: \S+)*) {2,}(.*)", row):
            name = match[2]
            found[name] = (match[1], match[3])
        else:
            found[name] = (found[name][0], f"{found[name][1]} {row.strip()}")
    return found


def at(ollama: FakeOllama) -> tuple[str, ...]:
    return ("--engine", "ollama", "--url", ollama.url)


# The engine


def test_an_ollama_that_is_ready(reviewbot: Reviewbot, ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 8192)]
    run = reviewbot("doctor", *at(ollama))
    said = lines(run)
    assert run.code == 0, run.out
    assert said["engine"] == ("ok", f"Ollama answers at 127.0.0.1:{ollama.served.port}")
    assert said["model"] == ("ok", CODER)
    assert said["window"] == ("ok", "8192 tokens; the model was trained with 32768")
    assert said["git"][1].startswith("git version 2.")
    assert said["privacy"] == ("ok", "it holds")


@pytest.mark.parametrize(
    ("context", "arguments", "state", "said"),
    [
        (4096, (), "ok", "8192 tokens; the model was trained with 32768"),
        (16384, (), "ok", "16384 tokens; the model was trained with 32768"),
        (16384, ("--window", "3000"), "ok", "3000 tokens; the model was trained with 32768"),
        (
            4096,
            ("--window", "40000"),
            "warning",
            "32768 tokens; the model was trained with 32768, less than --window 40000",
        ),
    ],
)
def test_the_window_is_the_one_that_a_review_would_have(
    reviewbot: Reviewbot,
    ollama: FakeOllama,
    context: int,
    arguments: tuple[str, ...],
    state: str,
    said: str,
) -> None:
    ollama.running = [loaded(CODER, context)]
    run = reviewbot("doctor", *at(ollama), *arguments)
    assert lines(run)["window"] == (state, said)


def test_no_model_is_loaded_and_no_code_is_sent(
    reviewbot: Reviewbot, repository: Repository, ollama: FakeOllama
) -> None:
    repository.stage("a.py", "eval(x)\n")
    reviewbot("doctor", *at(ollama))
    assert {one.path for one in ollama.served.seen} == {"/api/tags", "/api/ps", "/api/show"}


def test_a_model_that_spills_is_told_with_the_remedy(
    reviewbot: Reviewbot, ollama: FakeOllama
) -> None:
    ollama.running = [loaded(CODER, 4096, size=1000, on_gpu=600)]
    run = reviewbot("doctor", *at(ollama))
    assert run.code == 0
    assert lines(run)["memory"][0] == "warning"
    assert "40 % of" in lines(run)["memory"][1]


def test_a_server_that_is_down_is_an_error_with_the_remedy(reviewbot: Reviewbot) -> None:
    run = reviewbot("doctor", "--engine", "ollama", "--url", f"http://127.0.0.1:{unused_port()}")
    assert run.code == 2
    state, text = lines(run)["engine"]
    assert state == "error"
    assert text.endswith("-> start it with: ollama serve")


def test_a_model_that_is_not_there_is_told_with_the_command(
    reviewbot: Reviewbot, ollama: FakeOllama
) -> None:
    run = reviewbot("doctor", *at(ollama), "--model", "qwen2.5-coder:7b")
    assert run.code == 2
    assert "-> fetch it with: ollama pull qwen2.5-coder:7b" in run.out


def test_a_server_without_a_code_model_is_an_error(
    reviewbot: Reviewbot, ollama: FakeOllama
) -> None:
    ollama.tags = [tag("llava:7b")]
    run = reviewbot("doctor", *at(ollama))
    assert run.code == 2
    assert lines(run)["model"][0] == "error"


def test_auto_without_any_engine_says_both_ways_to_one(
    reviewbot: Reviewbot, nobody: dict[str, str]
) -> None:
    run = reviewbot("doctor", environ=nobody)
    assert run.code == 2
    state, text = lines(run)["engine"]
    assert state == "error"
    assert "reviewbot models pull" in text
    assert "ollama pull" in text


def test_auto_with_a_name_that_nobody_published_says_which_is_meant(
    reviewbot: Reviewbot, nobody: dict[str, str]
) -> None:
    run = reviewbot("doctor", "--model", "DeepSeek Coder V3", environ=nobody)
    assert run.code == 2
    _, text = lines(run)["engine"]
    assert "nobody publishes it" in text
    assert "-> ollama pull deepseek-coder-v2:16b" in text
    assert "qwen2.5-coder" not in text


def test_weights_that_are_not_there_are_told_with_the_command(
    reviewbot: Reviewbot, tmp_path: Path
) -> None:
    chosen = ("--engine", "embedded", "--model", "smollm2-135m")
    run = reviewbot("doctor", *chosen, environ={"REVIEWBOT_MODELS_DIR": str(tmp_path)})
    assert run.code == 2
    assert lines(run)["engine"][0] == "error"
    assert "-> reviewbot models pull smollm2-135m" in run.out or "pip install" in run.out


def test_an_engine_without_a_server(reviewbot: Reviewbot, script: Callable[..., str]) -> None:
    run = reviewbot("doctor", "--engine", "scripted", "--model", script({"reply": {}}))
    assert run.code == 0
    assert lines(run)["engine"] == ("ok", "scripted")


# git and hooks


@pytest.fixture
def scripted(script: Callable[..., str]) -> tuple[str, ...]:
    return ("--engine", "scripted", "--model", script({"reply": {}}))


def _hook(repository: Repository, name: str, text: str, mode: int = 0o755) -> None:
    repository.write(name, f"#!/bin/sh\n{text}\n").chmod(mode)


def test_outside_of_a_repository_git_is_the_error(
    reviewbot: Reviewbot, scripted: tuple[str, ...], tmp_path: Path
) -> None:
    run = reviewbot("doctor", *scripted, cwd=tmp_path)
    assert run.code == 2
    assert lines(run)["git"][0] == "error"


def test_without_a_hook_the_line_to_call_is_told(
    reviewbot: Reviewbot, scripted: tuple[str, ...]
) -> None:
    run = reviewbot("doctor", *scripted)
    state, text = lines(run)["hooks"]
    assert (run.code, state) == (0, "warning")
    assert "-> reviewbot install, or" in text


@pytest.mark.parametrize("folder", [".git/hooks", "team hooks"])
def test_a_hook_that_runs_reviewbot_is_found_where_git_looks(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...], folder: str
) -> None:
    _hook(repository, f"{folder}/pre-commit", "exec reviewbot hook pre-commit")
    if folder != ".git/hooks":
        repository.git("config", "core.hooksPath", folder)
    below = repository.path / "below"
    below.mkdir()
    state, text = lines(reviewbot("doctor", *scripted, cwd=below))["hooks"]
    assert (state, text) == ("ok", f"pre-commit in {repository.path / folder}")


def test_a_hook_that_git_does_not_run_is_a_warning(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    _hook(repository, ".git/hooks/pre-push", "exec reviewbot hook pre-push", 0o644)
    state, text = lines(reviewbot("doctor", *scripted))["hooks"]
    assert state == "warning"
    assert "-> chmod +x " in text


@pytest.mark.parametrize(
    ("file", "manager", "hook"),
    [
        (".pre-commit-config.yaml", "pre-commit", ".git/hooks/pre-commit"),
        ("lefthook.yml", "lefthook", ".git/hooks/pre-commit"),
        (".husky/pre-commit", "husky", ".husky/_/pre-commit"),
    ],
)
def test_a_manager_that_names_reviewbot_is_found_once_it_is_installed(
    reviewbot: Reviewbot,
    repository: Repository,
    scripted: tuple[str, ...],
    file: str,
    manager: str,
    hook: str,
) -> None:
    repository.write(file, "run: reviewbot\n")
    assert lines(reviewbot("doctor", *scripted))["hooks"][0] == "warning"
    _hook(repository, hook, "exec h" if manager == "husky" else f"exec {manager}")
    if manager == "husky":
        repository.git("config", "core.hooksPath", ".husky/_")
    assert lines(reviewbot("doctor", *scripted))["hooks"] == ("ok", f"by {manager}, as {file} says")
    told = lines(reviewbot("doctor", "--privacy", *scripted))["hook manager"]
    assert told[1].startswith(manager)


# Privacy


def test_what_is_seen_is_named_and_its_value_is_not_shown(
    reviewbot: Reviewbot, ollama: FakeOllama
) -> None:
    environ = {
        "OPENAI_API_KEY": "hunter2",
        "HTTPS_PROXY": "http://user:hunter2@127.0.0.1:1",
        "REVIEWBOT_API_KEY": "hunter2",
    }
    run = reviewbot("doctor", "--privacy", *at(ollama), environ=environ)
    said = lines(run)
    assert run.code == 0
    assert "hunter2" not in run.out + run.err
    address = f"127.0.0.1:{ollama.served.port}"
    assert said["address"] == ("ok", f"{address}: this machine; resolved once and pinned")
    assert "HTTPS_PROXY" in said["proxies"][1]
    assert "OPENAI_API_KEY" in said["other tools"][1]
    assert said["key"] == ("ok", f"REVIEWBOT_API_KEY is sent to {address} alone")
    assert said["opened"] == ("ok", address)


def test_cloud_models_behind_ollama_are_named(reviewbot: Reviewbot, ollama: FakeOllama) -> None:
    ollama.tags = [tag(CODER), tag("far:1b", **_REMOTE)]
    run = reviewbot("doctor", "--privacy", *at(ollama))
    assert run.code == 0
    assert lines(run)["cloud"][1] == "1 of this server's models run elsewhere; refused: far:1b"


@pytest.mark.parametrize("model", ["far:latest", "far", "gpt-oss:20b-cloud"])
def test_a_cloud_model_that_was_chosen_is_an_error(
    reviewbot: Reviewbot, ollama: FakeOllama, model: str
) -> None:
    ollama.tags = [tag(CODER), tag("far:latest", **_REMOTE)]
    run = reviewbot("doctor", "--privacy", *at(ollama), "--model", model)
    assert run.code == 2
    assert lines(run)["cloud"][0] == "error"


def test_a_refused_host_is_an_error_and_is_not_contacted(
    reviewbot: Reviewbot, tmp_path: Path, repository: Repository
) -> None:
    command = [sys.executable, "-m", "reviewbot", "doctor", "--privacy", "--engine", "ollama"]
    watched = run_watched(
        [*command, "--url", "https://10.9.8.7"], repository.path, tmp_path / "log"
    )
    assert watched.run.code == 2
    state, text = lines(watched.run)["address"]
    assert state == "error"
    assert "--allow-host 10.9.8.7" in text
    assert watched.places == frozenset()


def test_an_ollama_host_that_auto_passes_over_is_a_warning(reviewbot: Reviewbot) -> None:
    run = reviewbot("doctor", "--privacy", environ={"OLLAMA_HOST": "10.9.8.7"})
    assert run.code == 0
    assert lines(run)["address"][0] == "warning"


def test_an_ollama_that_auto_does_not_find_is_no_warning(
    reviewbot: Reviewbot, nobody: dict[str, str]
) -> None:
    assert lines(reviewbot("doctor", "--privacy", environ=nobody))["cloud"][0] == "ok"


@pytest.mark.parametrize(("plaintext", "state"), [((), "ok"), (("--allow-plaintext",), "warning")])
def test_allowed_hosts_are_listed_and_plain_http_is_a_warning(
    reviewbot: Reviewbot, scripted: tuple[str, ...], plaintext: tuple[str, ...], state: str
) -> None:
    hosts = ("--allow-host", "gpu.example", "--allow-host", "10.1.2.3", *plaintext)
    said = lines(reviewbot("doctor", "--privacy", *scripted, *hosts))["policy"]
    assert said[0] == state
    assert "gpu.example, 10.1.2.3" in said[1]


def test_a_models_folder_that_anybody_can_write_to_is_a_warning(
    reviewbot: Reviewbot, scripted: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    environ = {"REVIEWBOT_MODELS_DIR": str(folder)}
    assert lines(reviewbot("doctor", "--privacy", *scripted, environ=environ))["models"][0] == "ok"
    folder.chmod(0o777)
    state, text = lines(reviewbot("doctor", "--privacy", *scripted, environ=environ))["models"]
    assert (state, text.endswith(f"-> chmod o-w {folder}")) == ("warning", True)
    assert lines(reviewbot("doctor", *scripted, environ=environ))["privacy"][0] == "warning"


def test_what_is_kept_on_disk_is_told(
    reviewbot: Reviewbot, scripted: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    environ = {"REVIEWBOT_CACHE_DIR": str(folder)}
    state, text = lines(reviewbot("doctor", "--privacy", *scripted, environ=environ))["learnt"]
    assert (state, text) == ("ok", f"{folder}: not made yet")
    assert not folder.exists()
    folder.mkdir()
    told = lines(reviewbot("doctor", "--privacy", *scripted, environ=environ))
    state, text = told["learnt"]
    assert (state, text.startswith(f"{folder}/learnt.sqlite: numbers alone")) == ("ok", True)
    assert "answers of models, which quote code" in told["cache"][1]
    off = reviewbot("doctor", "--privacy", *scripted, "--no-cache", environ=environ)
    assert lines(off)["cache"] == ("ok", "off: no answer of a model is kept")
    assert "history.sqlite: numbers alone" in told["history"][1]
    unnoted = reviewbot("doctor", "--privacy", *scripted, environ={"REVIEWBOT_HISTORY": "off"})
    assert lines(unnoted)["history"] == ("ok", "off: no review is noted")


def test_a_shared_cache_is_named_and_its_host_must_be_allowed(
    reviewbot: Reviewbot, scripted: tuple[str, ...]
) -> None:
    environ = {"REVIEWBOT_CACHE": "rediss://cache.example", "REVIEWBOT_CACHE_KEY": "hunter2"}
    refused = reviewbot("doctor", "--privacy", *scripted, environ=environ)
    assert (refused.code, lines(refused)["shared cache"][0]) == (2, "error")
    allowed = environ | {"REVIEWBOT_ALLOW_HOSTS": "cache.example"}
    run = reviewbot("doctor", "--privacy", *scripted, environ=allowed)
    state, text = lines(run)["shared cache"]
    assert (state, text.startswith("rediss://cache.example: ")) == ("ok", True)
    assert "hunter2" not in run.out + run.err


def test_quiet_says_only_what_is_not_well(reviewbot: Reviewbot, scripted: tuple[str, ...]) -> None:
    assert reviewbot("doctor", "--privacy", "-q", *scripted).out == ""
    assert set(lines(reviewbot("doctor", "-q", *scripted))) == {"model", "hooks"}


def test_what_a_server_says_is_printed_without_control_characters(
    reviewbot: Reviewbot, ollama: FakeOllama
) -> None:
    ollama.tags = [tag(CODER), tag("far\x1b]52;c;x\x07:1b", **_REMOTE)]
    run = reviewbot("doctor", "--privacy", *at(ollama))
    assert "\x1b" not in run.out
    assert "far]52;c;x:1b" in run.out


# Slow, out of memory, poor quality. What a machine has is set; the rest is in tests/doctor.


_SMALL = Machine((Gpu("NVIDIA", "RTX 3050", 4 * GIB, 3 * GIB),), 8, 16 * GIB, 12 * GIB)


@pytest.fixture
def said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], repository: Repository
) -> Callable[..., dict[str, tuple[str, str]]]:
    monkeypatch.chdir(repository.path)
    monkeypatch.setattr(hardware, "machine", lambda: _SMALL)

    def run(*arguments: str) -> dict[str, tuple[str, str]]:
        code = main(["doctor", *arguments])
        return lines(Run(code, *capfd.readouterr()))

    return run


def _holding(ollama: FakeOllama, name: str, size: int) -> tuple[str, ...]:
    ollama.tags = [tag(name, size)]
    return (*at(ollama), "--model", name)


def test_a_model_too_large_is_told_with_what_fits(
    ollama: FakeOllama, said: Callable[..., dict[str, tuple[str, str]]]
) -> None:
    told = said(*_holding(ollama, "qwen2.5-coder:7b", 4_683_087_561))
    state, text = told["memory"]
    assert state == "warning"
    assert "% would run on the CPU" in text
    assert "-> ollama pull qwen2.5-coder:1.5b (" in text or "qwen2.5-coder:3b (" in text


def test_a_model_of_low_memory_is_told_with_a_better_one(
    ollama: FakeOllama, said: Callable[..., dict[str, tuple[str, str]]]
) -> None:
    told = said(*_holding(ollama, CODER, 397_821_516))
    assert told["memory"][0] == "ok"
    state, text = told["quality"]
    assert (state, "ollama pull qwen2.5-coder:" in text) == ("warning", True)


def test_of_another_machines_memory_nothing_is_said(
    ollama: FakeOllama,
    said: Callable[..., dict[str, tuple[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reviewbot.endpoint.Endpoint.is_here", False)
    ollama.running = [loaded(CODER, 4096, size=1000, on_gpu=600)]
    told = said(*at(ollama))
    assert "quality" not in told
    assert "40 % of" in told["memory"][1]


def test_a_name_that_names_nothing_is_told_with_the_real_one(
    reviewbot: Reviewbot, ollama: FakeOllama
) -> None:
    run = reviewbot("doctor", *at(ollama), "--model", "deepseek-coder-v3:33b")
    assert run.code == 2
    assert "ollama pull deepseek-coder-v2:16b, or qwen3-coder:30b" in run.out


def test_measure_loads_the_model_and_tells_its_speed(
    reviewbot: Reviewbot, ollama: FakeOllama
) -> None:
    def reply(handler: Handler, _: Served) -> None:
        begin(handler)
        for event in (piece('{"problem":'), piece('"x"}'), last(prompt=700, written=60)):
            time.sleep(0.01)
            chunk(handler, line(event))
        chunk(handler, b"")

    ollama.chat = reply
    run = reviewbot("doctor", "--measure", *at(ollama))
    state, text = lines(run)["measured"]
    assert (run.code, state) == (0, "ok")
    assert re.search(r"tokens/s read and \d+ written, \d+ s a chunk; ready after", text)
    assert len(ollama.chats) == len(ollama.preloads) == 1


def test_without_an_engine_nothing_is_measured(reviewbot: Reviewbot) -> None:
    run = reviewbot(
        "doctor", "--measure", "--engine", "ollama", "--url", f"http://127.0.0.1:{unused_port()}"
    )
    assert "measured" not in lines(run)
