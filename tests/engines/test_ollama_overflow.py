"""A prompt that was cut is told, and no whole one is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.engines.ollama_overflow import is_cut, least_tokens
from reviewbot.errors import ReplyError
from reviewbot.prompt import Completion, Finish, Message, Prompt
from reviewbot.prompting.budget import estimate_tokens
from tests.engines.calling import complete
from tests.engines.conftest import PROMPT
from tests.engines.fake_ollama import FakeOllama, last, piece, stream

_ROOT = Path(__file__).parents[2]
_SOURCES = sorted(
    path
    for name in ("reviewbot", "prompts", "demo", "docs")
    for path in (_ROOT / name).rglob("*.*")
)
_TEXTS = [
    path.read_text(encoding="utf-8")
    for path in _SOURCES
    if path.suffix in (".py", ".md", ".toml", ".js", ".j2", ".go")
]


def _words(count: int) -> str:
    return "word " * count


# What the servers do: counts as seen with 0.32.15 (258 of 512, 2050 of 4096, 16386 of 32768) and
# as the sources of 0.12.3 (the whole window) and 0.30.0 to 0.30.10 (one less) say.


@pytest.mark.parametrize(
    ("counted", "window"), [(258, 512), (2050, 4096), (16386, 32768), (4096, 4096), (4095, 4096)]
)
def test_the_counts_that_a_cut_leaves_are_told(counted: int, window: int) -> None:
    assert is_cut(counted, _words(window + 100), window)


def test_a_server_with_a_shorter_window_than_it_says_is_told() -> None:
    assert is_cut(500, _words(1000), 8192)


def test_a_count_that_is_not_told_says_nothing() -> None:
    assert not is_cut(0, _words(10_000), 8192)


@pytest.mark.parametrize("window", [2048, 4096, 8192, 32768])
def test_a_whole_prompt_is_never_told_as_cut(window: int) -> None:
    """At each count that a tokenizer may make of this project's own texts: the estimate is 1.04
    to 1.6 times the count of code, and some twice the count of prose."""
    for text in _TEXTS:
        estimate = estimate_tokens(text)
        for ratio in (1.04, 1.2, 1.4, 1.6):
            counted = int(estimate / ratio)
            if estimate < window - 600:  # what the budget lets into a prompt
                assert not is_cut(max(counted, least_tokens(text)), text, window)


@given(st.text(max_size=300))
def test_the_lower_bound_is_below_the_upper_one(text: str) -> None:
    assert least_tokens(text) <= estimate_tokens(text)


# Through the engine


def _prompt_of(words: int) -> Prompt:
    return replace(PROMPT, messages=(Message("user", _words(words)),))


@pytest.mark.parametrize("counted", [4098, 8192, 8191])
def test_a_cut_prompt_is_a_failed_reply_that_names_the_version(
    ollama: FakeOllama, counted: int
) -> None:
    ollama.version = "0.12.3"
    ollama.chat = stream(piece("{}"), last(prompt=counted))
    prompt = _prompt_of(9000)
    with pytest.raises(ReplyError, match=rf"Ollama 0\.12\.3 cut .* only {counted} .* update it"):
        complete(ollama, prompt=prompt)


@pytest.mark.parametrize("version", ["0.30.0", "0.30.0-rc3"])
def test_the_version_that_counts_only_what_was_not_cached_is_believed(
    ollama: FakeOllama, version: str
) -> None:
    ollama.version = version
    ollama.chat = stream(piece("{}"), last(prompt=12))
    prompt = _prompt_of(900)
    assert complete(ollama, prompt=prompt) == Completion("{}", Finish.STOP, 12, 31)
    ollama.version = "0.30.1"
    with pytest.raises(ReplyError, match=r"Ollama 0\.30\.1 cut the prompt"):
        complete(ollama, prompt=prompt)


def test_a_server_without_a_version_is_told_all_the_same(ollama: FakeOllama) -> None:
    ollama.version = ""
    ollama.chat = stream(piece("{}"), last(prompt=12))
    prompt = _prompt_of(900)
    with pytest.raises(ReplyError, match="Ollama of unknown version cut"):
        complete(ollama, prompt=prompt)


def test_the_version_is_not_asked_for_where_nothing_is_wrong(ollama: FakeOllama) -> None:
    complete(ollama)
    assert "/api/version" not in [one.path for one in ollama.served.seen]
