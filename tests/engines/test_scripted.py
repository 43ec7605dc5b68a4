from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest

from reviewbot.engines.scripted import open_scripted
from reviewbot.errors import ReplyError, UsageError
from reviewbot.prompt import Completion, Finish, Message, Prompt


def _prompt(text: str, before: str = "instructions") -> Prompt:
    return Prompt((Message("system", before), Message("user", text)), "{}", 10)


def _written(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "script.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    return path


def _ask(path: Path, text: str) -> Completion:
    with open_scripted(path) as engine:
        return engine.complete(_prompt(text), lambda _: None)


def test_the_first_row_that_is_contained_answers(tmp_path: Path) -> None:
    path = _written(
        tmp_path,
        {"contains": "eval(", "reply": "one"},
        {"contains": "eval", "reply": "two"},
        {"reply": "rest"},
    )
    assert [_ask(path, text).text for text in ("eval(x)", "evaluate", "x")] == [
        "one",
        "two",
        "rest",
    ]


def test_only_the_last_message_is_searched(tmp_path: Path) -> None:
    path = _written(tmp_path, {"contains": "eval", "reply": "one"}, {"reply": "rest"})
    with open_scripted(path) as engine:
        prompt = _prompt("x", before="eval")
        assert engine.complete(prompt, lambda _: None).text == "rest"


def test_a_reply_that_is_an_object_is_written_as_json(tmp_path: Path) -> None:
    completion = _ask(_written(tmp_path, {"reply": {"findings": [{"line": "é"}]}}), "x")
    assert json.loads(completion.text) == {"findings": [{"line": "é"}]}
    assert completion.finish is Finish.STOP
    assert completion.prompt_tokens > 0
    assert completion.completion_tokens > 0


def test_a_row_may_cut_its_reply(tmp_path: Path) -> None:
    completion = _ask(_written(tmp_path, {"reply": '{"findi', "finish": "length"}), "x")
    assert completion.finish is Finish.LENGTH


def test_a_row_may_fail(tmp_path: Path) -> None:
    with pytest.raises(ReplyError, match=r"^HTTP 500$"):
        _ask(_written(tmp_path, {"error": "HTTP 500"}), "x")


def test_a_prompt_without_a_row_fails(tmp_path: Path) -> None:
    with pytest.raises(ReplyError, match="no row"):
        _ask(_written(tmp_path, {"contains": "eval", "reply": ""}), "x")


def test_a_row_may_take_its_time(tmp_path: Path) -> None:
    path = _written(tmp_path, {"contains": "slow", "reply": "", "seconds": 0.2}, {"reply": ""})
    begun = time.monotonic()
    _ask(path, "fast")
    assert time.monotonic() - begun < 0.15
    _ask(path, "slow")
    assert time.monotonic() - begun >= 0.2


def test_progress_is_told(tmp_path: Path) -> None:
    pieces: list[str] = []
    with open_scripted(_written(tmp_path, {"reply": "x"})) as engine:
        engine.complete(_prompt("x"), pieces.append)
    assert pieces == ["x"]


def test_the_engine_is_named_by_its_file_and_digest(tmp_path: Path) -> None:
    path = _written(tmp_path, {"reply": ""})
    with open_scripted(path) as engine:
        assert (engine.info.name, engine.info.model) == ("scripted", "script.jsonl")
        assert engine.info.digest == hashlib.sha256(path.read_bytes()).hexdigest()
        assert engine.count_tokens(_prompt("x" * 400)) > (engine.count_tokens(_prompt("x")) or 0)  # type: ignore[operator]


def test_empty_lines_and_line_separators_in_text_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text('\n{"reply": "a\u2028b\u0085c"}\r\n\n', encoding="utf-8", newline="")
    assert _ask(path, "x").text == "a\u2028b\u0085c"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "reply",
        '{"replies": ""}',
        '{"reply": 5}',
        '{"finish": "never"}',
        '{"seconds": -1}',
        '{"seconds": "soon"}',
    ],
)
def test_a_malformed_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text(f'{{"reply": ""}}\n{line}\n')
    with pytest.raises(UsageError, match=r"script\.jsonl, line 2: "), open_scripted(path):
        pass


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "script.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"cannot read the script .*script\.jsonl"):
        _ask(path, "x")
