"""The scripted engine: answers by text found in the prompt, from a JSON-lines file.

    {"contains": "eval(", "reply": {"findings": [...]}}
    {"contains": "slow", "reply": {"findings": []}, "seconds": 0.2}
    {"contains": "cut", "reply": "{\\"findings\\": [", "finish": "length"}
    {"contains": "broken", "error": "HTTP 500"}
    {"contains": "Version A", "reply": "A", "likeliest": {"a": -0.1, "b": -2.4}}
    {"contains": "hard", "thought": "Hm.", "reply": {"findings": []}}
    {"reply": {"findings": []}}

The first row whose `contains` stands in the last message answers; a row without one answers
all. It needs no model and gives the same reply under any order of calls, so tests and demos of
the other parts are repeatable.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reviewbot.engines.base import OnPiece
from reviewbot.errors import ReplyError, UsageError
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.prompting.budget import estimate_tokens
from reviewbot.report import EngineInfo

WINDOW = 8192


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    contains: str = ""
    reply: str | dict[str, object] = ""
    finish: Finish = Finish.STOP
    thought: str = ""
    likeliest: dict[str, float] = {}
    error: str = ""
    seconds: Annotated[float, Field(ge=0)] = 0.0


class ScriptedEngine:
    def __init__(self, path: Path, rows: tuple[_Row, ...], digest: str) -> None:
        self._rows = rows
        self._info = EngineInfo("scripted", path.name, digest, WINDOW)

    @property
    def info(self) -> EngineInfo:
        return self._info

    @property
    def family(self) -> Family:
        return UNKNOWN

    @property
    def slots(self) -> int:
        return 1

    def count_tokens(self, prompt: Prompt) -> int | None:
        return estimate_tokens(prompt.text)

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        asked = prompt.messages[-1].content
        for row in self._rows:
            # A choice is answered by who was told how; the others are written for reviews.
            if row.contains in asked and bool(row.likeliest) == bool(prompt.choice):
                return self._answer(row, prompt, on_piece)
        raise ReplyError("the script has no row for this prompt")

    def _answer(self, row: _Row, prompt: Prompt, on_piece: OnPiece) -> Completion:
        time.sleep(row.seconds)
        if row.error:
            raise ReplyError(row.error)
        text = row.reply if isinstance(row.reply, str) else json.dumps(row.reply)
        on_piece(text)
        return Completion(
            text,
            row.finish,
            estimate_tokens(prompt.text),
            estimate_tokens(text) if text else 0,
            thought=row.thought,
            likeliest=tuple(row.likeliest.items()),
        )


@contextmanager
def open_scripted(path: Path) -> Iterator[ScriptedEngine]:
    """Raises UsageError for a file that is no script."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot read the script {path}: {error}", "check the path after --model"
        ) from None
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            rows += [_Row.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            raise UsageError(f"{path}, line {number}: {problem}") from None
    yield ScriptedEngine(path, tuple(rows), hashlib.sha256(text.encode()).hexdigest())
