"""An engine is opened for what the cache does not hold, and only its own words stand under its
name."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviewbot.cache.base import Cache
from reviewbot.change.patch import read_patch
from reviewbot.change.prepare import Prepared, prepare
from reviewbot.change.scope import patch_file
from reviewbot.change.selection.advice import NO_ADVICE
from reviewbot.change.snapshot import Snapshot
from reviewbot.changeset import ChangeSet
from reviewbot.database import Trouble
from reviewbot.engines.base import Engine, OnPiece
from reviewbot.engines.learnt import FORGETFUL, Learnt, Memory
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.prompting.budget import estimate_tokens
from reviewbot.report import EngineInfo, Report
from reviewbot.review import opening
from reviewbot.review.limits import Limits
from reviewbot.review.manner import Manner
from reviewbot.review.opening import Keeping, Terms
from reviewbot.review.pipeline import review
from reviewbot.settings import EffortName


class _Dict(Cache):
    """A cache that a team could share: it knows keys and texts alone."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.found = 0

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return ()

    def find(self, key: str) -> str | None:
        self.found += key in self.rows
        return self.rows.get(key)

    def keep(self, key: str, text: str) -> None:
        self.rows[key] = text

    def close(self) -> None: ...


class _Watcher:
    def waits(self, what: str) -> None: ...
    def loaded(self, engine: EngineInfo) -> None: ...
    def chunk_begins(self, number: int, total: int, path: str) -> None: ...
    def pieces(self, count: int) -> None: ...
    def thought(self, path: str, text: str) -> None: ...


@dataclass
class _Server:
    """Counts what it is asked; a token is `dear` estimated ones. One that is `down` cannot be
    opened."""

    digest: str | None = "aa"
    window: int = 8192
    slots: int | None = 1
    dear: float = 1.0
    counts: bool = False
    down: bool = False
    opened: int = 0
    counted: int = 0
    asked: list[Prompt] = field(default_factory=list)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("test", "model", self.digest, self.window)

    @property
    def family(self) -> Family:
        return UNKNOWN

    def count_tokens(self, prompt: Prompt) -> int | None:
        self.counted += 1
        return self._tokens(prompt) if self.counts else None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        self.asked.append(prompt)
        on_piece(".")
        tokens = self._tokens(prompt)
        if tokens + prompt.max_tokens > self.window:
            raise ReplyError(f"request ({tokens} tokens) exceeds the context")
        if prompt.choice:
            return Completion("A", Finish.LENGTH, tokens, 1, likeliest=(("a", -0.2), ("b", -1.7)))
        return Completion('{"findings": []}', Finish.STOP, tokens, 7)

    def _tokens(self, prompt: Prompt) -> int:
        return int(self.dear * estimate_tokens(prompt.text))

    def open(self) -> AbstractContextManager[Engine]:
        @contextmanager
        def opened() -> Iterator[Engine]:
            if self.down:
                raise EngineUnavailable("it is down", "start it")
            self.opened += 1
            yield self

        return opened()


def _terms(words: Sequence[str] = (), files: Sequence[Path] = ()) -> Terms:
    return Terms(("here", *words), (), "place", lambda _: files)


@dataclass
class _World:
    """What lasts from run to run."""

    cache: _Dict = field(default_factory=_Dict)
    memory: Memory = FORGETFUL
    terms: Terms = field(default_factory=_terms)
    effort: EffortName = "plain"

    def review(self, server: _Server, change: Prepared, **limits: Any) -> Report:
        keeping = Keeping(self.cache, self.cache, self.terms)
        manner = Manner(memory=self.memory, effort=self.effort, keeping=keeping)
        before = len(server.asked)
        report = review(change, server.open, Limits(**limits), _Watcher(), manner)
        assert report.usage.calls <= len(server.asked) - before
        return report


def _change(*bodies: Sequence[str]) -> Prepared:
    """A patch that adds a file for each body."""
    parts = []
    for number, body in enumerate(bodies):
        parts.append(
            f"diff --git a/f{number}.txt b/f{number}.txt\nnew file mode 100644\n--- /dev/null\n"
            f"+++ b/f{number}.txt\n@@ -0,0 +1,{len(body)} @@\n"
            + "".join(f"+{line}\n" for line in body)
        )
    found = ChangeSet(patch_file("-"), read_patch("".join(parts)))
    return prepare(found, NO_ADVICE, Snapshot(None, found.scope))


_TWO = _change(["one = 1"], ["two = 2"])
_THREE = _change(["one = 1"], ["two = 2"], ["three = 3"])


def test_what_is_wholly_kept_opens_nothing() -> None:
    world, server = _World(), _Server(counts=True, slots=3)
    first, second = world.review(server, _TWO), world.review(server, _TWO)
    assert (server.opened, server.counted, len(server.asked)) == (1, 1, 2)
    assert second.usage.cached_chunks == 2
    assert (first.usage.chunks, second.usage.chunks) == (2, 2)
    saved = second.usage.saved_prompt_tokens, second.usage.saved_completion_tokens
    assert saved == (first.usage.prompt_tokens, first.usage.completion_tokens)
    assert min(saved) > 0 == first.usage.saved_prompt_tokens
    assert (second.engine, second.coverage) == (first.engine, first.coverage)
    assert second.asked_with == first.asked_with


def test_one_that_is_down_costs_what_is_not_kept_alone() -> None:
    world, server = _World(), _Server()
    world.review(server, _TWO)
    server.down = True
    report = world.review(server, _THREE)
    assert [entry.reviewed for entry in report.coverage] == [1, 1, 0]
    assert report.problems == ("it is down\n   start it",)
    assert report.engine is not None
    assert world.review(server, _change(["other = 1"])).engine is None


def test_another_model_under_the_name_answers_for_all_of_it() -> None:
    world, server = _World(), _Server()
    world.review(server, _TWO)
    server.digest, server.asked = "bb", []
    report = world.review(server, _THREE)
    assert (server.opened, len(server.asked), report.usage.cached_chunks) == (2, 3, 0)
    assert report.engine is not None
    assert report.engine.digest == "bb"
    server.digest = "aa"  # back: what it said then is still its word
    assert world.review(server, _change(["one = 1"], ["four = 4"])).usage.cached_chunks == 1


@pytest.mark.parametrize(
    ("digest", "place", "shared"),
    [
        ("aa", "http://127.0.0.1:8080", True),
        (None, "http://127.0.0.1:8080", False),
        (None, "http://LOCALHOST", False),
        (None, "http://[::1]:8080", False),
        (None, "unix:///run/engine.sock", False),
        (None, "http://0x7f.1", False),
        (None, "https://gpu.lan", True),
        (None, "https://10.0.0.5:8000/v1", True),
    ],
)
def test_a_model_that_only_its_machine_knows_is_not_shared(
    digest: str | None, place: str, shared: bool
) -> None:
    team, here = _Dict(), _Dict()
    keeping = Keeping(team, here, Terms((), (), place, lambda _: ()))
    assert keeping.of(EngineInfo("test", "model", digest, 8192)) is (team if shared else here)


@pytest.mark.parametrize("what", [{"window": 4096}, {"slots": 2}])
def test_one_that_was_loaded_otherwise_is_asked_about_what_is_new(what: dict[str, int]) -> None:
    world, server = _World(), _Server()
    world.review(server, _TWO)
    report = world.review(replace(server, **what), _THREE)  # type: ignore[arg-type]
    assert (report.usage.calls, report.usage.cached_chunks) == (1, 2)
    assert report.engine is not None
    assert report.engine.window == what.get("window", 8192)


def test_a_servers_word_is_believed_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    world, server = _World(), _Server()
    world.review(server, _TWO)
    server.digest = "bb"
    report = world.review(server, _TWO)
    assert report.engine is not None
    assert (report.engine.digest, server.opened) == ("aa", 1)
    later = time.time() + opening.BELIEVED_SECONDS + 1
    monkeypatch.setattr(opening.time, "time", lambda: later)  # type: ignore[attr-defined]
    down = world.review(replace(server, down=True), _TWO)
    assert (down.status, down.usage.cached_chunks) == ("complete", 2)
    report = world.review(server, _TWO)
    assert report.engine is not None
    assert (report.engine.digest, report.usage.calls) == ("bb", 2)


def test_weights_that_changed_are_others(tmp_path: Path) -> None:
    weights = tmp_path / "model.gguf"
    weights.write_bytes(b"one")
    world, server = _World(terms=_terms(files=[weights])), _Server(digest=None)
    assert [world.review(server, _TWO).usage.calls for _ in range(2)] == [2, 0]
    weights.write_bytes(b"two")
    assert world.review(server, _TWO).usage.calls == 2
    weights.write_bytes(b"one")
    assert world.review(server, _TWO).usage.cached_chunks == 2


def test_other_terms_open_the_engine_and_share_its_answers() -> None:
    world, server = _World(), _Server()
    world.review(server, _TWO)
    world.terms = _terms(["--gpu-layers 3"])
    assert world.review(server, _TWO).usage.cached_chunks == 2
    assert server.opened == 2


def test_a_comparison_is_kept_too() -> None:
    world, server = _World(effort="balanced"), _Server()
    patch = (
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n def f(x):\n"
        "-    if x > 0:\n+    if x >= 0:\n         return x\n"
    )
    found = ChangeSet(patch_file("-"), read_patch(patch))
    change = prepare(found, NO_ADVICE, Snapshot(None, found.scope))
    calls = [world.review(server, change).usage.calls for _ in range(2)]
    assert calls == [3, 0]


def test_a_row_that_is_no_reply_is_a_miss() -> None:
    world, server = _World(), _Server()
    world.review(server, _TWO)
    world.cache.rows = dict.fromkeys(world.cache.rows, '{"text": 7}')
    assert world.review(server, _TWO).usage.calls == 2


_LINES = st.lists(
    st.text(st.sampled_from("abc 漢字x(0)=,;"), min_size=1, max_size=60).map(lambda t: f"v{t}"),
    min_size=1,
    max_size=60,
)


@settings(max_examples=25)
@given(
    bodies=st.lists(_LINES, min_size=1, max_size=4),
    dear=st.sampled_from([0.6, 1.0, 1.4, 1.9]),
    window=st.sampled_from([2048, 3072, 4096]),
    slots=st.sampled_from([1, 3]),
    times=st.sampled_from([1, 20]),
)
@example([["value = compute(one, two, three)"] * 10], 1.4, 4096, 1, 20)
@example([["value = compute(one, two, three)"] * 9, ["漢字の値"] * 8], 1.2, 3072, 3, 20)
def test_an_unchanged_review_is_known_whatever_was_learnt_meanwhile(
    bodies: list[list[str]], dear: float, window: int, slots: int, times: int
) -> None:
    """Where windows are small, what replies tell of a tokenizer decides where chunks end."""
    with tempfile.TemporaryDirectory() as folder:
        world = _World(memory=Learnt(Path(folder)))
        _known_again(world, _Server(window=window, dear=dear, slots=slots), bodies, times)


def _known_again(world: _World, server: _Server, bodies: list[list[str]], times: int) -> None:
    bodies = [[line for line in body for _ in range(times)] for body in bodies]
    first = world.review(server, _change(*bodies))
    second = world.review(server, _change(*bodies))
    if first.status == "complete":
        assert (second.status, second.usage.calls) == ("complete", 0)
        assert server.opened == 1
    more = world.review(server, _change(*bodies, ["a_new_file = 1"]))
    if first.status == more.status == "complete":
        assert more.usage.calls == 1
