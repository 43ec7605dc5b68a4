"""Replies that are kept: found again by all that was asked, and by nothing less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import OutputError
from reviewbot.evaluation.replies import Replies
from reviewbot.evaluation.run import Engines
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Message, Prompt, Sampling
from reviewbot.report import EngineInfo

_ENGINE = EngineInfo("embedded", "m", "0" * 64, 4096)
_PROMPT = Prompt((Message("user", "eval(x) \udcff"),), "{}", 64)
_REPLY = Completion('{"findings": []} ✓', Finish.LENGTH, 100, 7, 90, "a thought")


class _Counting:
    """An engine that counts how often it is asked."""

    info = _ENGINE
    family: Family = UNKNOWN
    slots = 1

    def __init__(self) -> None:
        self.calls = 0

    @contextmanager
    def open(self) -> Iterator[Engine]:
        yield self

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:  # noqa: ARG002
        self.calls += 1
        return _REPLY


def test_a_reply_is_found_again_whole(tmp_path: Path) -> None:
    Replies(tmp_path / "a" / "b").keep(_ENGINE, _PROMPT, _REPLY)
    replies = Replies(tmp_path / "a" / "b")
    assert replies.find(_ENGINE, _PROMPT) == _REPLY
    assert replies.again == 1
    (file,) = (tmp_path / "a" / "b").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "prompt",
    [
        replace(_PROMPT, messages=(Message("system", "eval(x) \udcff"),)),
        replace(_PROMPT, schema='{"type": "object"}'),
        replace(_PROMPT, max_tokens=65),
        replace(_PROMPT, sampling=Sampling(seed=1)),
        replace(_PROMPT, think="low"),
    ],
)
def test_another_prompt_is_asked(tmp_path: Path, prompt: Prompt) -> None:
    replies = Replies(tmp_path)
    replies.keep(_ENGINE, _PROMPT, _REPLY)
    assert replies.find(_ENGINE, prompt) is None
    assert replies.again == 0


@pytest.mark.parametrize(
    ("engine", "found"),
    [
        (replace(_ENGINE, name="ollama"), False),
        (replace(_ENGINE, digest="1" * 64), False),
        (replace(_ENGINE, window=2048), False),
        (replace(_ENGINE, model="the same weights by another name"), True),
    ],
)
def test_an_engine_is_known_by_its_weights(tmp_path: Path, engine: EngineInfo, found: bool) -> None:
    replies = Replies(tmp_path)
    replies.keep(_ENGINE, _PROMPT, _REPLY)
    assert (replies.find(engine, _PROMPT) is not None) == found


def test_a_file_that_is_no_reply_is_asked_again(tmp_path: Path) -> None:
    replies = Replies(tmp_path)
    replies.keep(_ENGINE, _PROMPT, _REPLY)
    (file,) = tmp_path.iterdir()
    file.write_text('{"text": 1')
    assert replies.find(_ENGINE, _PROMPT) is None


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot make the folder"):
        Replies(tmp_path / "file" / "folder")


def test_an_engine_is_asked_once_for_each_prompt(tmp_path: Path) -> None:
    engine = _Counting()
    for again in (0, 1):
        with Engines(engine.open, Replies(tmp_path)) as engines:
            lent = engines.open()
            assert lent.complete(_PROMPT, lambda _: None) == _REPLY
            assert (engine.calls, engines.replayed) == (1, again)
