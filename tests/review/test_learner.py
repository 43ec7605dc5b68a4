from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.changeset import Line, LineKind
from reviewbot.engines.learnt import FORGETFUL, Learnt, Memory
from reviewbot.prompt import Completion, Finish, Message, Prompt
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.refit import fitted
from reviewbot.prompting.render import REPLY_TOKENS, Renderer
from reviewbot.report import EngineInfo
from reviewbot.review.learner import TokenLearner

EMPTY = Prompt((Message("user", "word " * 300),), "{}", 1)
ESTIMATE = estimate_tokens(EMPTY.text)
INFO = EngineInfo("ollama", "m:1b", "digest", 4096)
BUDGET = Budget(4096, ESTIMATE, 480)


def _learner(memory: Memory = FORGETFUL, info: EngineInfo = INFO) -> TokenLearner:
    return TokenLearner(info, BUDGET, EMPTY, memory)


def _asked(code: int) -> Prompt:
    """A prompt with about that many estimated tokens of code."""
    return Prompt((*EMPTY.messages, Message("user", "+ " * (code * 20 // 21))), "{}", 1)


def _told(tokens: int, thought: str = "") -> Completion:
    return Completion("{}", Finish.STOP, tokens, 5, 0, thought)


def test_a_ratio_above_the_estimate_takes_effect_at_once() -> None:
    learner = _learner()
    learner.learn(_asked(500), _told(ESTIMATE + 1200))
    assert learner.budget.code_scale > 2
    assert learner.budget.free < BUDGET.free / 2


def test_three_replies_give_room_to_the_next_run(tmp_path: Path) -> None:
    for code in (40, 300, 500):
        _learner(Learnt(tmp_path)).learn(_asked(code), _told(int(0.6 * ESTIMATE) + code // 2))
    assert _learner(Learnt(tmp_path)).budget.overhead < 0.7 * ESTIMATE
    other = EngineInfo("ollama", "m:1b", "another digest", 4096)
    assert _learner(Learnt(tmp_path), other).budget == BUDGET


def test_without_a_digest_the_engine_and_the_name_tell_models_apart(tmp_path: Path) -> None:
    def named(engine: str, model: str) -> TokenLearner:
        return _learner(Learnt(tmp_path), EngineInfo(engine, model))

    named("openai", "m").learn(_asked(500), _told(ESTIMATE + 1200))
    assert named("openai", "m").budget.code_scale > 2
    assert named("openai", "n").budget == named("ollama", "m").budget == BUDGET


@pytest.mark.parametrize(
    "completion",
    [
        _told(0),
        _told(40),  # what Ollama 0.30.0 had not kept from the call before
        _told(ESTIMATE + 1200, "I think"),  # the thought was counted, too
    ],
)
def test_a_count_that_is_not_the_prompts_is_not_learnt(completion: Completion) -> None:
    learner = _learner()
    for _ in range(5):
        learner.learn(_asked(500), completion)
    assert learner.budget == BUDGET


def test_nonsense_leaves_a_budget() -> None:
    learner = _learner()
    learner.learn(_asked(500), _told(10**30))
    assert learner.budget.free >= BUDGET.free // 4


@pytest.mark.parametrize(
    "said",
    [
        "HTTP 400: request (5000 tokens) exceeds the available context size (4096 tokens), try",
        "This model's maximum context length is 4096 tokens. However, you requested 5480 tokens"
        " (5000 in the messages, 480 in the completion).",
    ],
)
def test_a_refusal_that_tells_the_length_teaches(said: str) -> None:
    learner = _learner()
    learner.refused(_asked(1400), said)
    assert learner.budget.code_scale > 2


def test_another_refusal_teaches_nothing() -> None:
    learner = _learner()
    learner.refused(_asked(1400), "HTTP 500: out of memory (12 GB)")
    assert learner.budget == BUDGET


# Never past the window, with the real prompts

_TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=60),
    st.sampled_from(["x = call(one, two)", "日本語のコメント " * 6, "deadbeef" * 8, "{}" * 30]),
)


@dataclass
class _Model:
    """Its tokenizer takes a share of the estimate for the instructions, a ratio for code."""

    share: float
    ratio: float
    empty: int = field(default_factory=lambda: estimate_tokens(Renderer().review(None).text))

    def tokens(self, prompt: Prompt) -> int:
        code = estimate_tokens(prompt.text) - self.empty
        return math.floor(self.share * self.empty) + math.floor(self.ratio * code)


@settings(max_examples=60)
@given(
    st.lists(st.lists(_TEXT, min_size=1, max_size=40), min_size=1, max_size=6),
    st.floats(0.5, 1.0),
    st.floats(0.3, 4.0),
    st.integers(2048, 12288),
)
def test_no_prompt_exceeds_the_window_once_a_reply_has_told(
    files: list[list[str]], share: float, ratio: float, window: int
) -> None:
    renderer, model = Renderer(), _Model(share, ratio)
    empty = renderer.review(None)
    budget = Budget(window, estimate_tokens(empty.text), REPLY_TOKENS)
    learner = TokenLearner(EngineInfo("e", "m"), budget, empty, FORGETFUL)
    first = renderer.review(_chunk(["x = call(one, two)"] * 60))
    learner.learn(first, _told(model.tokens(first)))
    for texts in files:
        for part in fitted(_chunk(texts), learner.budget):
            if isinstance(part, Chunk):
                prompt = renderer.review(part)
                assert model.tokens(prompt) <= window
                learner.learn(prompt, _told(model.tokens(prompt)))


def _chunk(texts: list[str]) -> Chunk:
    lines = enumerate(texts, 1)
    return Chunk("f.py", "", tuple(Line(LineKind.ADDED, text, None, at) for at, text in lines))
