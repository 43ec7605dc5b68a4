"""`reviewbot explain`, with a scripted engine and real commits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.conftest import Repository, Reviewbot, Run

_POINT = {"says": "It returns twice the value.", "where": ["1"]}
_WHOLE = {
    "intent": "The result is doubled.",
    "concerns": [{"title": "Result", "points": [_POINT]}],
    "before": [],
    "after": [{"says": "f doubles.", "where": ["1"]}],
    "risks": [{"says": "Made up.", "where": ["99"]}],
    "tests": [],
    "questions": [],
}
_YES = {
    "contains": "contradict the commit? Answer",
    "reply": "yes",
    "likeliest": {"yes": -0.1, "no": -2.0},
}
_NO = {
    "contains": "contradict the commit? Answer",
    "reply": "no",
    "likeliest": {"yes": -2.0, "no": -0.1},
}
_WHY = {
    "contains": "The message contradicts the commit.",
    "reply": {"says": "It says halved, and it is doubled.", "where": ["1"]},
}
_USUAL = (_NO, _WHY, {"reply": _WHOLE})


Explain = Callable[..., Run]


@pytest.fixture
def explained(script: Callable[..., str], repository: Repository, reviewbot: Reviewbot) -> Explain:
    repository.stage("f.py", "def f(x):\n    return x\n")
    repository.commit("Begin")
    repository.stage("f.py", "def f(x):\n    return 2 * x\n")
    repository.commit("Double the result")

    def run(*arguments: str, rows: Sequence[Mapping[str, object]] = _USUAL) -> Run:
        return reviewbot("explain", "--engine", "scripted", "--model", script(*rows), *arguments)

    return run


def test_a_commit_is_explained_with_its_places(explained: Explain) -> None:
    done = explained()
    assert done.code == 0, done.err
    assert "The result is doubled." in done.out
    assert "  - It returns twice the value. [f.py:2]" in done.out
    assert "Made up" not in done.out
    assert "2 of 2 changed lines explained; 2 without a place in the change dropped" in done.out


def test_json_holds_the_same(explained: Explain) -> None:
    done = explained("--format", "json")
    document = json.loads(done.out)
    assert document["status"] == "complete"
    assert document["after"][0]["places"] == [
        {"path": "f.py", "side": "new", "start_line": 2, "end_line": 2, "removed_lines": None}
    ]
    assert document["dropped"] == 2
    assert document["contradictions"] == []


def test_a_message_that_contradicts_is_told(explained: Explain) -> None:
    done = explained("--format", "markdown", rows=[_YES, _WHY, {"reply": _WHOLE}])
    assert "message says something else" in done.out
    assert "It says halved, and it is doubled." in done.out


def test_a_cut_reply_leaves_what_was_whole_and_is_incomplete(explained: Explain) -> None:
    text = json.dumps(_WHOLE)
    cut = text[: text.index('"risks"') + 12]
    done = explained(rows=[_NO, _WHY, {"reply": cut, "finish": "length"}])
    assert done.code == 3
    assert "It returns twice the value." in done.out
    assert "INCOMPLETE" in done.out


def test_an_engine_that_fails_leaves_the_facts(explained: Explain) -> None:
    done = explained(rows=[{"error": "HTTP 500"}])
    assert done.code == 3
    assert "1 file changed; 1 lines added, 1 removed." in done.out
    assert "not explained in full: HTTP 500" in done.out


def test_a_large_commit_is_explained_by_notes_on_its_parts(
    explained: Explain, repository: Repository
) -> None:
    for number in range(30):
        body = "".join(f"    value_{n} = call_{number}({n}, 'some text')\n" for n in range(60))
        repository.stage(f"part_{number}.py", f"def part_{number}():\n{body}")
    repository.commit("Many parts")
    notes = {"points": [{"says": "A part is added.", "where": [str(n)]} for n in range(1, 300)][:8]}
    rows = [
        _NO,
        {"contains": "notes on its pieces", "reply": _WHOLE},
        {"contains": "File: part_", "reply": notes},
    ]
    done = explained("--format", "json", rows=rows)
    document = json.loads(done.out)
    assert document["usage"]["calls"] > 5
    assert document["intent"] == "The result is doubled."
    assert document["concerns"][0]["statements"][0]["places"][0]["path"] == "part_0.py"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("HEAD~1",), "the first commit"),
        (("HEAD~1..HEAD",), "1 file changed"),
        (("--staged",), "nothing staged"),
    ],
)
def test_other_changes(explained: Explain, arguments: tuple[str, ...], told: str) -> None:
    done = explained(*arguments)
    assert done.code == 0
    assert told in done.out


def test_changes_that_no_model_can_explain_need_none(
    explained: Explain, repository: Repository
) -> None:
    dead = [{"error": "never asked"}]
    repository.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    assert "It changes no file." in explained(rows=dead).out
    repository.git("mv", "f.py", "g.py")
    repository.commit("Move")
    assert "Renamed without a change of text: f.py -> g.py." in explained(rows=dead).out
    repository.stage("x.bin", b"\0\1\2")
    repository.commit("Binary")
    done = explained(rows=dead)
    assert "Binary, so nothing can be said of the content: x.bin." in done.out
    assert done.code == 0


def test_a_merge_is_explained_as_what_it_brings(explained: Explain, repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    repository.stage("side.py", "x = 1\n")
    repository.commit("Side")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
    done = explained()
    assert "a merge of 2 parents" in done.out
    assert "[side.py:1]" in done.out


@pytest.mark.parametrize("arguments", [("nowhere",), ("--staged", "HEAD"), ("a..b..c",)])
def test_what_is_no_change_is_wrong_usage(explained: Explain, arguments: tuple[str, ...]) -> None:
    assert explained(*arguments).code == 2
