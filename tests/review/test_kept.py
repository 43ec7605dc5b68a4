"""What is kept is found by the same question alone: whatever alters what an engine is asked, or
what answers it, alters the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.cache.base import Cache
from reviewbot.change.patch import read_patch
from reviewbot.change.prepare import Prepared, prepare
from reviewbot.change.scope import patch_file
from reviewbot.change.selection.advice import NO_ADVICE
from reviewbot.change.snapshot import Snapshot
from reviewbot.changeset import ChangeSet
from reviewbot.cli.caching import terms
from reviewbot.cli.means import means
from reviewbot.cli.options import Verbosity
from reviewbot.database import Trouble
from reviewbot.prompt import Completion, Finish, Message, Prompt, Sampling
from reviewbot.review.kept import Kept
from reviewbot.review.opening import Keeping
from reviewbot.review.pipeline import review
from reviewbot.settings import Settings
from tests.engines.fake_ollama import CODER, FakeOllama, fake_ollama, tag

_PROMPT = Prompt((Message("user", "what is wrong?"),), "{}", 100)
_PROMPTS = (
    replace(_PROMPT, messages=(Message("system", "what is wrong?"),)),
    replace(_PROMPT, messages=(Message("user", "what is wrong"), Message("user", "?"))),
    replace(_PROMPT, schema=""),
    replace(_PROMPT, max_tokens=101),
    replace(_PROMPT, think="low"),
    replace(_PROMPT, choice=("A", "B")),
    replace(_PROMPT, sampling=Sampling(temperature=0.5)),
    replace(_PROMPT, sampling=Sampling(seed=1)),
    replace(_PROMPT, sampling=Sampling(top_p=0.5)),
    replace(_PROMPT, sampling=Sampling(top_k=5)),
    replace(_PROMPT, sampling=Sampling(min_p=0.5)),
)


class _Forgetful(Cache):
    """Holds nothing, and knows under which keys something was asked for."""

    def __init__(self) -> None:
        self.claimed: list[str] = []

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return ()

    def find(self, key: str) -> str | None:  # noqa: ARG002
        return None

    def keep(self, key: str, text: str) -> None: ...

    def claim(self, key: str) -> str | None:
        self.claimed.append(key)
        return None

    def close(self) -> None: ...


def _key(prompt: Prompt, *who: str) -> str:
    cache = _Forgetful()
    Kept(cache, who).answered(prompt, lambda: Completion("", Finish.STOP), lambda _: False)
    return cache.claimed[0]


def test_each_part_of_a_prompt_and_of_who_answers_is_a_part_of_the_key() -> None:
    keys = {_key(prompt, "a", "bc") for prompt in (_PROMPT, *_PROMPTS)}
    keys |= {_key(_PROMPT, *who) for who in ((), ("ab", "c"), ("a", "b", "c"), ("a", "bd"))}
    assert len(keys) == 1 + len(_PROMPTS) + 4
    parts = {field.name for field in fields(Prompt)} | {field.name for field in fields(Sampling)}
    assert parts == {
        *("messages", "schema", "max_tokens", "think", "choice", "sampling"),
        *("temperature", "seed", "top_p", "top_k", "min_p"),
    }


# Another value of each setting that a review with a server has; the rest is about other engines, or
# about what is done with answers.
_OTHERS: Sequence[dict[str, Any]] = (
    {},
    {"model": "qwen3:8b"},
    {"window": 4096},
    {"think": "low"},
    {"model": "qwen3:8b", "think": "medium"},
    {"temperature": 0.3},
    {"seed": 7},
    {"system_prompt": "TEMPLATE"},
    {"effort": "plain"},
    {"effort": "thorough"},
    {"language": "ja"},
    {"cache_type": "q8_0"},
    {"timeout": 77.0},
    {"api_key": "a key"},
    {"slots": 1, "max_chunks": 9},
)
# Of a request's body, what alters no answer: how much room there is, and how long it stays.
_ROOM = ("num_ctx", "keep_alive")


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with fake_ollama() as fake:
        fake.tags = [tag(CODER), tag("qwen3:8b", digest="e" * 64)]
        fake.capabilities = ["completion", "thinking"]
        yield fake


def _edit() -> Prepared:
    patch = (
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n"
        " def half(x):\n-    return x / 2\n+    return x / 0\n \n"
    )
    found = ChangeSet(patch_file("-"), read_patch(patch))
    return prepare(found, NO_ADVICE, Snapshot(None, found.scope))


def _without_room(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {name: _without_room(part) for name, part in body.items() if name not in _ROOM}


def test_under_one_key_an_engine_is_asked_one_thing(ollama: FakeOllama, tmp_path: Path) -> None:
    """What reaches a server is compared, so that nothing is added on the way that no key has."""
    template = tmp_path / "system.j2"
    template.write_text("You are terse. {{ language }}")
    base = Settings(
        engine="ollama", url=ollama.url, cache_dir=str(tmp_path), linters="off", slots=1
    )
    asked: dict[str, str] = {}
    for other in _OTHERS:
        chosen: dict[str, Any] = {
            k: str(template) if v == "TEMPLATE" else v for k, v in other.items()
        }
        settings, cache, before = replace(base, **chosen), _Forgetful(), len(ollama.chats)
        with means(settings, Verbosity(quiet=True, verbose=False, thoughts=False)) as given:
            keeping = Keeping(cache, cache, terms(settings))
            manner = replace(given.manner, keeping=keeping)
            report = review(_edit(), given.opener, given.limits, given.observer, manner)
        bodies = [repr(_without_room(body)) for body in ollama.chats[before:]]
        assert len(cache.claimed) == len(bodies) == report.usage.calls > 0, report.problems
        for key, body in zip(cache.claimed, bodies, strict=True):
            assert asked.setdefault(key, body) == body, other
    assert len(set(asked.values())) >= 9
