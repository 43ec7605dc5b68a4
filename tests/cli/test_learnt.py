"""What one run learns and the next one knows, through the command itself."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.engines.learnt import FILE
from tests.conftest import Repository, Reviewbot
from tests.engines import fake_openai as fakes
from tests.engines.fake_ollama import FakeOllama, fake_ollama, last, piece, stream
from tests.engines.fake_openai import CHAT, FakeOpenAI, running


@pytest.fixture
def gateway() -> Iterator[FakeOpenAI]:
    with running(fakes.gateway()) as fake:
        yield fake


def _formats(fake: FakeOpenAI) -> list[str | None]:
    return [body.get("response_format", {}).get("type") for body in fake.asked(CHAT)]


def _review(reviewbot: Reviewbot, fake: FakeOpenAI | FakeOllama, engine: str = "openai") -> int:
    options = ("--url", fake.url, "--format", "json", "--linters", "off", "--no-cache")
    run = reviewbot("review", "--engine", engine, *options)
    return run.code


def _refusing(fake: FakeOpenAI) -> None:
    refused = fakes.saying(400, {"error": {"message": "response_format is not supported"}})
    fake.chat = fakes.then(refused, fakes.says('{"findings": []}'))


def test_the_next_run_begins_with_the_form_that_was_taken(
    gateway: FakeOpenAI, reviewbot: Reviewbot, repository: Repository
) -> None:
    repository.stage("secret_name.py", "def f(x):\n    return eval(x)\n")
    _refusing(gateway)
    assert [_review(reviewbot, gateway), _review(reviewbot, gateway)] == [0, 0]
    assert _formats(gateway) == ["json_schema", "json_object", "json_object"]
    folder = Path(os.environ["XDG_CACHE_HOME"]) / "reviewbot"
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    held = b"".join(file.name.encode() + file.read_bytes() for file in files)
    for word in (b"secret_name", b"eval", b"127.0.0.1", fakes.MODEL.encode(), b"reviewer"):
        assert word not in held


def test_a_folder_without_use_changes_nothing_but_what_is_remembered(
    gateway: FakeOpenAI,
    reviewbot: Reviewbot,
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.stage("a.py", "def f(x):\n    return eval(x)\n")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / FILE).write_bytes(b"no database" * 999)
    for folder in ("/proc/none", "\x7f/no", str(tmp_path / "cache"), f"{__file__}/below"):
        monkeypatch.setenv("REVIEWBOT_CACHE_DIR", folder)
        _refusing(gateway)
        assert _review(reviewbot, gateway) == 0
    assert _formats(gateway) == ["json_schema", "json_object"] * 4


def test_a_tokenizer_that_takes_more_than_estimated_gets_smaller_prompts_in_the_next_run(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    """From Ollama, which cannot count: all that is known is what its replies tell."""
    repository.stage("a.py", "".join(f"value_{n} = call(one, two, {n})\n" for n in range(80)))
    with fake_ollama() as ollama:
        ollama.trained = 4096
        ollama.chat = stream(piece('{"findings":[]}'), last(prompt=3900))
        assert _review(reviewbot, ollama, "ollama") == 0
        first = [body["messages"][-1]["content"] for body in ollama.chats]
        assert _review(reviewbot, ollama, "ollama") == 0
        second = [body["messages"][-1]["content"] for body in ollama.chats[len(first) :]]
    assert len(second) > len(first)
    assert max(map(len, second)) < max(map(len, first))
