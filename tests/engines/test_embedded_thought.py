"""The embedded engine and a thought, with llama.cpp itself.

The template is the small model's own, but opens a thought as DeepSeek R1's does: llama.cpp knows
such a template by the words `content.split('</think>')`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reviewbot.engines import thinking
from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import EmbeddedEngine, LocalModel, open_embedded
from reviewbot.network import Door
from reviewbot.prompt import THOUGHT_TOKENS, Completion, Finish, Think
from tests.engines.small import asking

pytestmark = pytest.mark.engine

_PATIENCE = Patience(timeout=60)

_OPENS_A_THOUGHT = (
    "{% for m in messages %}{% set content = m.content %}{% if '</think>' in content %}"
    "{% set content = content.split('</think>')[-1] %}{% endif %}"
    "{{'<|im_start|>' + m.role + '\n' + content + '<|im_end|>\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{'<|im_start|>assistant\n<think>\n'}}{% endif %}"
)


@pytest.fixture(scope="module")
def thinker(
    model: LocalModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedEngine]:
    data = model.path.read_bytes()
    key = b"tokenizer.chat_template"
    at = data.index(key) + len(key) + 4
    (length,) = struct.unpack_from("<Q", data, at)
    template = _OPENS_A_THOUGHT.replace("\n", "\\n").encode().ljust(length)
    assert len(template) == length  # so that nothing behind it moves
    path = tmp_path_factory.mktemp("thinker") / "deepseek-r1-small.gguf"
    path.write_bytes(data[: at + 8] + template + data[at + 8 + length :])
    with open_embedded(LocalModel(path, "thinker"), Door(), _PATIENCE) as opened:
        yield opened


def _thinks(engine: EmbeddedEngine, think: Think) -> Completion:
    asked = asking("+ eval(input())\nThink first, then answer.", 60)
    return engine.complete(replace(asked, think=think), lambda _: None)


def test_a_thought_stands_apart_and_is_bounded_by_the_engine(
    thinker: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHT_TOKENS, "low", 24)
    # The engine's own bound holds: no thought is cut, so no second question is asked.
    monkeypatch.setattr(thinking, "continued", lambda *_: pytest.fail("asked again"))
    completion = _thinks(thinker, "low")
    assert completion.finish is Finish.STOP
    assert json.loads(completion.text)["verdict"] in ("good", "bad")  # the schema holds behind it
    assert len(completion.thought) > 24
    assert "verdict" not in completion.thought
    assert 24 < completion.completion_tokens <= 24 + 60


def test_a_thought_that_the_engine_does_not_bound_is_cut_and_answered(
    thinker: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHT_TOKENS, "low", 24)
    fields = thinking.fields(replace(asking(""), think="low"), thinker.family)
    del fields["thinking_budget_tokens"]
    monkeypatch.setattr(thinking, "fields", lambda *_: fields)
    completion = _thinks(thinker, "low")
    assert completion.finish is Finish.STOP
    assert json.loads(completion.text)["verdict"] in ("good", "bad")
    assert len(completion.thought) > 24


def test_a_template_that_opens_a_thought_answers_without_one_where_none_is_wanted(
    thinker: EmbeddedEngine,
) -> None:
    completion = _thinks(thinker, "off")
    assert completion.thought == ""
    assert json.loads(completion.text)["verdict"] in ("good", "bad")
