from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.patch import read_patch
from reviewbot.change.prepare import prepare
from reviewbot.change.scope import patch_file, staged
from reviewbot.change.selection.advice import NO_ADVICE
from reviewbot.change.snapshot import Snapshot
from reviewbot.changeset import ChangeSet
from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineUnavailable, ExitCode, RefusedError, ReplyError
from reviewbot.finding import Location
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo, Report, total
from reviewbot.review import outcomes
from reviewbot.review.limits import Limits
from reviewbot.review.manner import Manner, asking
from reviewbot.review.pipeline import prompts, review
from tests.change import numstat, prepared
from tests.conftest import Repository

Answer = Callable[[int, str], Completion]
NO_LIMITS = Limits()
FILES = ["a.py", "b.py", "c.py", "d.py"]


def _reply(*findings: tuple[str, str]) -> Completion:
    """A whole reply with findings from quotes and severities."""
    items = [
        {
            "quote": quote,
            "problem": f"{quote} fails.",
            "category": "correctness",
            "severity": severity,
        }
        for quote, severity in findings
    ]
    text = json.dumps({"findings": items})
    return Completion(text, Finish.STOP, 100, 20, 60)


@dataclass
class _Engine:
    """Answers by the number of the call (from 1) and what was asked."""

    answer: Answer
    window: int = 8192
    slots: int | None = 1
    asked: list[str] = field(default_factory=list)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("test", "model", window=self.window)

    @property
    def family(self) -> Family:
        return UNKNOWN

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        self.asked.append(prompt.messages[-1].content)
        on_piece("a")
        return self.answer(len(self.asked), self.asked[-1])


@dataclass
class _Watcher:
    """Writes down what a review reports of itself."""

    seen: list[str] = field(default_factory=list)

    def waits(self, what: str) -> None:
        self.seen.append(what)

    def loaded(self, engine: EngineInfo) -> None:
        self.seen.append(f"loaded {engine.model}")

    def chunk_begins(self, number: int, total: int, path: str) -> None:
        self.seen.append(f"{number}/{total} {path}")

    def pieces(self, count: int) -> None:
        self.seen.append(f"pieces {count}")

    def thought(self, path: str, text: str) -> None:
        self.seen.append(f"thought {path}: {text}")


def _opener(engine: _Engine) -> Callable[[], AbstractContextManager[Engine]]:
    @contextmanager
    def opened() -> Iterator[Engine]:
        yield engine

    return opened


def _closed(error: Exception) -> Callable[[], AbstractContextManager[Engine]]:
    """An engine that cannot be opened."""

    def opened() -> AbstractContextManager[Engine]:
        raise error

    return opened


def _review(
    repository: Repository,
    engine: _Engine,
    limits: Limits = NO_LIMITS,
    watcher: _Watcher | None = None,
) -> Report:
    return review(prepared(repository), _opener(engine), limits, watcher or _Watcher())


def _counts(report: Report) -> dict[str, tuple[int, int, int]]:
    return {entry.path: (entry.reviewed, entry.skipped, entry.failed) for entry in report.coverage}


def _quote(asked: str) -> str:
    """The first added line in a question; nowhere to be found if there is none."""
    added = (line for line in asked.split("\n") if line.startswith("+"))
    return next(added, "|nowhere").partition("|")[2]


def _finding_each(number: int, asked: str) -> Completion:
    return _reply((_quote(asked), "warning"))


@pytest.fixture
def changed(repository: Repository) -> Repository:
    """Four files, each with two added lines, and a lock file with three."""
    repository.commit()
    for name in FILES:
        repository.stage(name, f"call_{name[0]}()\nother_{name[0]}()\n")
    repository.stage("uv.lock", "1\n2\n3\n")
    return repository


def test_every_chunk_is_asked_about_and_its_findings_are_reported(changed: Repository) -> None:
    watcher = _Watcher()
    report = _review(changed, _Engine(_finding_each), watcher=watcher)
    assert [finding.location.path for finding in report.findings] == FILES
    assert _counts(report) == dict.fromkeys(FILES, (2, 0, 0)) | {"uv.lock": (0, 3, 0)}
    assert (report.status, report.dropped) == ("complete", 0)
    assert (report.usage.calls, report.usage.prompt_tokens) == (4, 400)
    assert (report.usage.completion_tokens, report.usage.cached_tokens) == (80, 240)
    assert watcher.seen[:3] == ["loaded model", "1/4 a.py", "pieces 1"]


def test_a_claim_about_code_that_is_not_there_is_dropped_and_counted(changed: Repository) -> None:
    report = _review(changed, _Engine(lambda *_: _reply(("not in any file", "error"))))
    assert (report.findings, report.dropped, report.status) == ((), 4, "complete")


def test_a_claim_that_facts_disprove_is_refuted_and_counted(changed: Repository) -> None:
    def answer(number: int, asked: str) -> Completion:
        claim = {
            "quote": _quote(asked),
            "problem": "There is a syntax error on this line.",
            "category": "correctness",
            "severity": "error",
        }
        praise = {**claim, "problem": "The code looks good."}
        return Completion(json.dumps({"findings": [claim, praise]}), Finish.STOP)

    report = _review(changed, _Engine(answer))
    assert (report.findings, report.dropped, report.status) == ((), 0, "complete")
    assert report.refuted == {"parses": 4, "praise": 4}


def test_nothing_to_review_opens_no_engine(repository: Repository) -> None:
    repository.commit()
    repository.stage("uv.lock", "1\n")

    opener = _closed(AssertionError("opened"))
    report = review(prepared(repository), opener, Limits(), _Watcher())
    assert (report.engine, report.status) == (None, "complete")
    assert _counts(report) == {"uv.lock": (0, 1, 0)}


def test_an_engine_that_cannot_be_opened_fails_every_line(changed: Repository) -> None:
    down = EngineUnavailable("no server at 127.0.0.1:11434", "start it with: ollama serve")
    report = review(prepared(changed), _closed(down), Limits(), _Watcher())
    assert _counts(report) == dict.fromkeys(FILES, (0, 0, 2)) | {"uv.lock": (0, 3, 0)}
    assert report.coverage[0].reason == "no server at 127.0.0.1:11434"
    assert (report.engine, report.status) == (None, "incomplete")
    assert report.exit_code("never") is ExitCode.INCOMPLETE
    assert "start it with: ollama serve" in report.problems[0]


def test_a_refused_engine_is_an_error(changed: Repository) -> None:
    opener = _closed(RefusedError("a cloud model"))
    with pytest.raises(RefusedError):
        review(prepared(changed), opener, Limits(), _Watcher())


def test_an_engine_that_dies_keeps_what_it_found_and_is_not_asked_again(
    changed: Repository,
) -> None:
    def answer(number: int, asked: str) -> Completion:
        if number == 3:
            raise EngineUnavailable("the engine has ended")
        return _finding_each(number, asked)

    engine = _Engine(answer)
    report = _review(changed, engine)
    assert len(engine.asked) == 3
    assert [finding.location.path for finding in report.findings] == ["a.py", "b.py"]
    assert [entry.failed for entry in report.coverage] == [0, 0, 2, 2, 0]
    assert report.problems == ("the engine has ended",)
    assert report.exit_code("never") is ExitCode.INCOMPLETE
    assert report.exit_code("warning") is ExitCode.FINDINGS


def test_an_engine_is_asked_as_much_at_once_as_it_has_slots(changed: Repository) -> None:
    together = threading.Barrier(4)

    def answer(number: int, asked: str) -> Completion:
        together.wait(timeout=60)  # raises where they come one after the other
        return _finding_each(number, asked)

    report = _review(changed, _Engine(answer, slots=4))
    assert [finding.location.path for finding in report.findings] == FILES
    assert report.status == "complete"


def test_the_user_s_word_on_the_slots_holds(changed: Repository) -> None:
    together = threading.Barrier(4)

    def answer(number: int, asked: str) -> Completion:
        together.wait(timeout=60)
        return _reply()

    report = _review(changed, _Engine(answer, slots=1), Limits(slots=4))
    assert report.status == "complete"


def test_no_more_is_under_way_than_there_are_slots(changed: Repository) -> None:
    under_way: list[int] = []
    most = 0

    def answer(number: int, asked: str) -> Completion:
        nonlocal most
        under_way.append(number)
        most = max(most, len(under_way))
        time.sleep(0.05)
        under_way.remove(number)
        return _finding_each(number, asked)

    _review(changed, _Engine(answer, slots=2))
    assert most == 2


def test_what_is_under_way_when_the_engine_dies_is_kept(changed: Repository) -> None:
    """The second of two calls fails for good while the first goes on: the first still counts,
    and the third and fourth are not asked."""
    dead = threading.Event()

    def answer(number: int, asked: str) -> Completion:
        if "b.py" in asked:
            dead.set()
            raise EngineUnavailable("the engine has ended")
        dead.wait(timeout=60)
        return _finding_each(number, asked)

    engine = _Engine(answer, slots=2)
    report = _review(changed, engine)
    assert [finding.location.path for finding in report.findings] == ["a.py"]
    assert [entry.failed for entry in report.coverage] == [0, 2, 2, 2, 0]
    assert len(engine.asked) == 2


def test_a_bug_in_a_call_is_raised(changed: Repository) -> None:
    def answer(number: int, asked: str) -> Completion:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        _review(changed, _Engine(answer, slots=4))


def test_a_thought_is_shown_to_who_watches(changed: Repository) -> None:
    def answer(number: int, asked: str) -> Completion:
        return replace(_reply(), thought="hm" if number == 2 else "")

    watcher = _Watcher()
    _review(changed, _Engine(answer), watcher=watcher)
    assert [line for line in watcher.seen if line.startswith("thought")] == ["thought b.py: hm"]


def test_an_engine_that_fails_to_close_keeps_what_it_found(changed: Repository) -> None:
    @contextmanager
    def opener() -> Iterator[Engine]:
        yield _Engine(_finding_each)
        raise EngineUnavailable("the engine has ended")

    report = review(prepared(changed), opener, Limits(), _Watcher())
    assert len(report.findings) == 4
    assert total(report.coverage).reviewed == 8
    assert report.status == "incomplete"


def test_one_failed_reply_fails_its_chunk_alone(changed: Repository) -> None:
    def answer(number: int, asked: str) -> Completion:
        if number == 2:
            raise ReplyError("HTTP 500")
        return _finding_each(number, asked)

    report = _review(changed, _Engine(answer))
    assert [finding.location.path for finding in report.findings] == ["a.py", "c.py", "d.py"]
    assert _counts(report)["b.py"] == (0, 0, 2)
    assert (report.usage.calls, report.problems) == (3, ("HTTP 500",))


def test_a_cut_reply_keeps_its_findings_and_fails_its_chunk(changed: Repository) -> None:
    def answer(number: int, asked: str) -> Completion:
        whole = _reply((_quote(asked), "error"), ("never finished", "error")).text
        return Completion(whole[: whole.index("never")], Finish.LENGTH)

    report = _review(changed, _Engine(answer))
    assert len(report.findings) == 4
    assert total(report.coverage).failed == 8
    assert report.status == "incomplete"


@pytest.mark.parametrize("cap", [0, 1, 3, 4, 9])
def test_the_cap_on_chunks_fails_what_is_over_it(changed: Repository, cap: int) -> None:
    engine = _Engine(_finding_each)
    report = _review(changed, engine, Limits(max_chunks=cap))
    assert len(engine.asked) == min(cap, 4)
    assert total(report.coverage).reviewed == 2 * min(cap, 4)
    assert report.status == ("complete" if cap >= 4 else "incomplete")


@pytest.fixture
def risky(repository: Repository) -> Repository:
    """Three files of which the last in the change matters most."""
    repository.commit()
    repository.stage("a.md", "words\n")
    repository.stage("b.py", "b()\n")
    repository.stage("login.py", "login()\n")
    return repository


@pytest.mark.parametrize("slots", [1, 3])
def test_the_riskiest_chunks_are_asked_about_first(risky: Repository, slots: int) -> None:
    watcher = _Watcher()
    report = _review(risky, _Engine(_finding_each, slots=slots), watcher=watcher)
    begun = [line.split()[1] for line in watcher.seen if "/" in line]
    assert begun == ["login.py", "b.py", "a.md"]
    assert [finding.location.path for finding in report.findings] == ["a.md", "b.py", "login.py"]
    assert [entry.path for entry in report.coverage] == ["a.md", "b.py", "login.py"]


def test_a_cap_leaves_out_what_matters_least(risky: Repository) -> None:
    report = _review(risky, _Engine(_finding_each), Limits(max_chunks=1))
    assert _counts(report) == {"a.md": (0, 0, 1), "b.py": (0, 0, 1), "login.py": (1, 0, 0)}


def test_the_order_changes_no_prompt_and_no_finding(risky: Repository) -> None:
    """Equal quotes in two files keep their fingerprints, whichever was asked about first."""
    risky.stage("auth.py", "b()\nb()\n")
    risky.stage("a.py", "b()\nb()\n")
    one = _Engine(_finding_each)
    report = _review(risky, one)
    assert sorted(one.asked) != one.asked
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outcomes, "riskiest_first", lambda chunks: range(len(chunks)))
        other = _Engine(_finding_each)
        assert _review(risky, other).findings == report.findings
    assert sorted(one.asked) == sorted(other.asked)
    assert one.asked != other.asked


def test_past_the_deadline_nothing_is_asked(changed: Repository) -> None:
    engine = _Engine(_finding_each)
    report = _review(changed, engine, Limits(ends_at=time.monotonic()))
    assert engine.asked == []
    assert total(report.coverage).failed == 8
    assert report.problems == ("the deadline has passed",)


def test_a_deadline_that_passes_in_the_middle_fails_the_rest(changed: Repository) -> None:
    ends_at = time.monotonic() + 1

    def answer(number: int, asked: str) -> Completion:
        if number == 2:
            time.sleep(max(0, ends_at - time.monotonic()))
        return _finding_each(number, asked)

    report = _review(changed, _Engine(answer), Limits(ends_at=ends_at))
    assert [entry.failed for entry in report.coverage] == [0, 0, 2, 2, 0]


def test_a_window_too_small_for_any_code_fails_every_line(changed: Repository) -> None:
    report = _review(changed, _Engine(_finding_each, window=700))
    assert total(report.coverage).failed == 8
    assert "the context window of model is 700 tokens" in report.problems[0]


def test_a_line_too_long_for_the_prompt_is_skipped_with_its_reason(
    repository: Repository,
) -> None:
    repository.commit()
    repository.stage("data.txt", "short()\n" + "a=b;" * 5000 + "\n")
    report = _review(repository, _Engine(_finding_each))
    assert _counts(report) == {"data.txt": (1, 1, 0)}
    assert "longer than" in report.coverage[0].reason


def test_findings_come_worst_first_and_then_by_place(changed: Repository) -> None:
    severities = {"a": "note", "b": "error", "c": "note", "d": "error"}

    def answer(number: int, asked: str) -> Completion:
        letter = _quote(asked)[len("call_")]
        return _reply((f"other_{letter}()", "note"), (f"call_{letter}()", severities[letter]))

    report = _review(changed, _Engine(answer))
    assert [
        (str(finding.severity), finding.location.path, finding.location.start_line)
        for finding in report.findings
    ] == [
        ("error", "b.py", 1),
        ("error", "d.py", 1),
        ("note", "a.py", 1),
        ("note", "a.py", 2),
        ("note", "b.py", 2),
        ("note", "c.py", 1),
        ("note", "c.py", 2),
        ("note", "d.py", 2),
    ]


def test_the_same_claim_twice_is_one_finding(changed: Repository) -> None:
    def answer(number: int, asked: str) -> Completion:
        return _reply((_quote(asked), "note"), (_quote(asked), "note"))

    assert len(_review(changed, _Engine(answer)).findings) == 4


def test_equal_code_in_two_places_is_two_findings_with_two_fingerprints(
    repository: Repository,
) -> None:
    gap = "".join(f"gap {number}\n" for number in range(40))
    repository.stage("f.txt", gap)
    repository.commit()
    repository.stage("f.txt", f"again()\n{gap}again()\n")
    report = _review(repository, _Engine(lambda *_: _reply(*[("again()", "note")] * 2)))
    one, two = report.findings
    assert (one.location.start_line, two.location.start_line) == (1, 42)
    assert one.fingerprint != two.fingerprint


def test_equal_findings_are_not_compared_each_with_each(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []

    def is_equal(one: object, two: object) -> bool:
        compared.append(one)
        return one is two

    repository.stage("f.txt", "<<<<<<< a\n" * 500)
    monkeypatch.setattr(Location, "__eq__", is_equal)
    report = _review(repository, _Engine(lambda *_: _reply()))
    assert len({finding.fingerprint for finding in report.findings}) == 500
    assert len(compared) < 500


@pytest.mark.parametrize(
    ("severity", "gate", "code"),
    [
        ("error", "error", ExitCode.FINDINGS),
        ("warning", "error", ExitCode.OK),
        ("warning", "warning", ExitCode.FINDINGS),
        ("note", "note", ExitCode.FINDINGS),
        ("error", "never", ExitCode.OK),
    ],
)
def test_the_gate_decides_the_exit_code(
    changed: Repository, severity: str, gate: str, code: ExitCode
) -> None:
    report = _review(changed, _Engine(lambda _, asked: _reply((_quote(asked), severity))))
    assert report.exit_code(gate) is code  # type: ignore[arg-type]


MODEL_FREE = "<<<<<<< HEAD\ntoken = 'ghp_{}'\n>>>>>>> x\u202e\n".format("a1B2c3D4" * 4 + "e5F6")


def test_what_needs_no_model_is_found_though_the_engine_is_down(repository: Repository) -> None:
    repository.stage("f.py", MODEL_FREE)
    down = EngineUnavailable("no engine answers")
    report = review(prepared(repository), _closed(down), Limits(), _Watcher())
    rules = {finding.rule for finding in report.findings}
    assert rules == {"RB-CONFLICT", "RB-SECRET", "RB-UNICODE"}
    assert report.status == "incomplete"
    assert report.exit_code("error") is ExitCode.FINDINGS
    assert "ghp_" not in repr(report)


def test_what_needs_no_model_is_found_in_files_that_no_model_reviews(
    repository: Repository,
) -> None:
    repository.stage("yarn.lock", MODEL_FREE)
    engine = _Engine(_finding_each)
    report = _review(repository, engine)
    assert len(report.findings) == 3
    assert engine.asked == []
    assert report.status == "complete"


def test_context_without_room_is_named_in_the_coverage(repository: Repository) -> None:
    names = [f"setting_{number}" for number in range(30)]
    text = "".join(f"{name} = {number}\n" for number, name in enumerate(names))
    repository.stage("f.py", f"{text}\n\n\n\n\n\ndef f():\n    return 0\n")
    repository.commit()
    used = " + ".join(names)
    repository.stage("f.py", f"{text}\n\n\n\n\n\ndef f():\n    return {used}\n")
    (entry,) = _review(repository, _Engine(_finding_each)).coverage
    assert any(label.startswith("definition of setting_") for label in entry.left_out)


def test_a_series_of_patches_that_changes_a_file_twice_adds_up() -> None:
    patch = "--- a/f.py\n+++ b/f.py\n@@ -1 +1 @@\n-{}\n+{}\n"
    files = read_patch(patch.format("one()", "two()") + patch.format("two()", "three()"))
    scope = patch_file("-")
    change = prepare(ChangeSet(scope, files), NO_ADVICE, Snapshot(None, scope))
    report = review(change, _opener(_Engine(_finding_each)), Limits(), _Watcher())
    assert _counts(report) == {"f.py": (4, 0, 0)}


def test_the_prompts_that_are_shown_are_those_that_are_sent(changed: Repository) -> None:
    change = prepared(changed)
    engine = _Engine(_finding_each)
    review(change, _opener(engine), Limits(), _Watcher())
    shown = prompts(change, asking(engine, Manner()))
    assert [prompt.messages[-1].content for prompt in shown] == engine.asked


def test_a_reply_above_the_estimate_makes_the_next_chunks_of_this_run_smaller(
    repository: Repository,
) -> None:
    """Each chunk is one prompt by the estimate; the first reply tells that it is not so."""
    for name in FILES:
        text = "".join(f"value_{n} = call(one, two, {n})\n" for n in range(35))
        repository.stage(name, text)

    def answer(number: int, asked: str) -> Completion:
        return replace(_finding_each(number, asked), prompt_tokens=4000)

    engine, watcher = _Engine(answer, window=4096), _Watcher()
    report = _review(repository, engine, watcher=watcher)
    assert total(report.coverage).reviewed == 140
    assert report.status == "complete"
    first, *rest = engine.asked
    assert len(rest) > len(FILES)
    assert max(map(len, rest)) < len(first)
    begun = [line for line in watcher.seen if "/" in line]
    assert begun[0].startswith("1/4 ")
    assert begun[-1].startswith(f"{len(engine.asked)}/{len(engine.asked)} ")


def test_chunks_that_grew_more_stay_within_the_cap(repository: Repository) -> None:
    for name in FILES:
        repository.stage(name, "".join(f"value_{n} = call(one, two, {n})\n" for n in range(60)))

    def answer(number: int, asked: str) -> Completion:
        return replace(_finding_each(number, asked), prompt_tokens=4000)

    engine = _Engine(answer, window=4096)
    report = _review(repository, engine, Limits(max_chunks=3))
    assert len(engine.asked) == 3
    assert total(report.coverage).changed == 240
    assert total(report.coverage).failed > 0


def test_a_line_for_which_the_room_is_gone_has_failed(repository: Repository) -> None:
    long = "x = [" + "1, " * 300 + "]\n"
    repository.stage("a.py", "".join(f"value_{n} = call(one, two, {n})\n" for n in range(60)))
    repository.stage("b.py", long)
    engine = _Engine(lambda *_: replace(_reply(), prompt_tokens=4000), window=4096)
    report = _review(repository, engine)
    assert _counts(report)["b.py"] == (0, 0, 1)
    assert report.status == "incomplete"
    assert "longer than any prompt" in report.coverage[1].reason


class _Forgetful(Git):
    """A repository whose blobs are gone, as in a partial clone."""

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:  # noqa: ARG002
        return {}


def test_a_missing_blob_leaves_the_hunks_to_review(changed: Repository) -> None:
    git = _Forgetful(changed.path)
    scope = staged(git)
    change = prepare(capture(git, scope), NO_ADVICE, Snapshot(git, scope))
    report = review(change, _opener(_Engine(_finding_each)), Limits(), _Watcher())
    assert total(report.coverage).reviewed == 8


def _answer_of(kinds: Sequence[str]) -> Answer:
    def answer(number: int, asked: str) -> Completion:
        kind = kinds[(number - 1) % len(kinds)]
        if kind == "gone":
            raise EngineUnavailable("gone")
        if kind == "error":
            raise ReplyError("HTTP 500")
        if kind == "cut":
            return Completion('{"findings": [', Finish.LENGTH)
        if kind == "prose":
            return Completion("Looks good!", Finish.STOP)
        return _finding_each(number, asked)

    return answer


_LINE = st.sampled_from(["", "x = 1", "def f():", "    return y", "word " * 200, "word " * 3000])
_TREE = st.dictionaries(
    st.sampled_from(["a.py", "b.js", "uv.lock", "c.txt"]),
    st.lists(_LINE, max_size=40).map(lambda lines: "".join(f"{line}\n" for line in lines)),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    old=_TREE,
    new=_TREE,
    kinds=st.lists(st.sampled_from(["good", "good", "error", "cut", "prose", "gone"]), min_size=1),
    cap=st.none() | st.integers(0, 6),
    window=st.sampled_from([600, 1800, 8192]),
)
def test_whatever_happens_each_changed_line_is_counted_once(
    repository: Repository,
    old: dict[str, str],
    new: dict[str, str],
    kinds: list[str],
    cap: int | None,
    window: int,
) -> None:
    for tree in (old, new):
        repository.git("read-tree", "--empty")
        for name, content in tree.items():
            repository.stage(name, content)
        if tree is old:
            repository.commit()
    report = _review(repository, _Engine(_answer_of(kinds), window), Limits(max_chunks=cap))
    assert {entry.path: entry.changed for entry in report.coverage} == {
        path: sum(counts) for path, counts in numstat(repository).items()
    }
    assert all(min(counts) >= 0 for counts in _counts(report).values())
    assert (report.status == "incomplete") == (total(report.coverage).failed > 0)


def test_the_counts_are_those_of_numstat(changed: Repository) -> None:
    report = _review(changed, _Engine(_finding_each))
    assert {entry.path: entry.changed for entry in report.coverage} == {
        path: sum(counts) for path, counts in numstat(changed).items()
    }
