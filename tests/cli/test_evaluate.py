"""`reviewbot eval` as a user runs it: whole runs, runs that die, comparisons."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_review import finding
from tests.conftest import Repository, Reviewbot, required
from tests.evaluation.samples import SUITE

_CLEAN: dict[str, Any] = {"reply": {"findings": []}}
_SEES = {"contains": "len(prices) - 1", "reply": {"findings": [finding("count = len(prices) - 1")]}}
_NOISY = {"contains": "cost = 1", "reply": {"findings": [finding("cost = 1")]}}
Script = Callable[..., str]


def _options(script: str, result: Path) -> tuple[str, ...]:
    named = ("--suite", str(SUITE), "--engine", "scripted", "--model", script)
    return ("eval", *named, "--output", str(result))


def _value(result: Path, name: str) -> float:
    value = json.loads(result.read_text())["scores"][name]["value"]
    assert isinstance(value, float)
    return value


def test_a_run_scores_every_case(reviewbot: Reviewbot, script: Script, tmp_path: Path) -> None:
    result = tmp_path / "r.json"
    run = reviewbot(*_options(script(_SEES, _NOISY, _CLEAN), result))
    assert run.code == 0, run.err
    assert "6 of 6 cases in 4 groups (2 defects, 4 clean, 2 pairs)" in run.out
    assert "flag everything" in run.out
    assert _value(result, "recall") == 0.5
    assert _value(result, "noise") == 0.25
    assert _value(result, "pair_10") == 0.5
    assert _value(result, "precision") == 0.5
    assert _value(result, "localisation") == 1.0
    assert 0 < _value(result, "placed_chance") < 1
    document = json.loads(result.read_text())
    assert document["status"] == "complete"
    assert set(document["by_track"]) == {"twin", "edit", "survivor"}
    assert set(document["by_category"]) == {"logic", "removed-check"}
    assert len(document["rows"]) == 6


def test_a_result_holds_no_code_and_is_its_owners(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    result = tmp_path / "r.json"
    reviewbot(*_options(script(_SEES, _CLEAN), result))
    for path in (result, tmp_path / "r.rows.jsonl"):
        assert "len(prices)" not in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_failed_is_counted_and_the_run_is_incomplete(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    result = tmp_path / "r.json"
    broken = {"contains": "cost = 1", "error": "HTTP 500"}
    run = reviewbot(*_options(script(broken, _CLEAN), result))
    assert run.code == 3
    assert _value(result, "incomplete") == pytest.approx(1 / 6)
    assert _value(result, "failed_chunks") == pytest.approx(1 / 6)
    rows = json.loads(result.read_text())["rows"]
    assert [row["faults"] for row in rows if row["case"]["id"] == "rename"] == [["HTTP 500"]]


def test_a_run_killed_in_the_middle_goes_on_where_it_was(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    name = script({"seconds": 0.5, **_SEES}, {"seconds": 0.5, **_CLEAN})
    killed, whole = tmp_path / "killed.json", tmp_path / "whole.json"
    rows = tmp_path / "killed.rows.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewbot", *_options(name, killed)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ.copy(),
    )
    while process.poll() is None and not (rows.exists() and rows.read_bytes().count(b"\n") >= 2):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = rows.read_bytes()
    assert 2 <= before.count(b"\n") < 6
    assert not killed.exists()
    run = reviewbot(*_options(name, killed))
    count = before.count(b"\n")
    assert f"{count} of 6 cases are done already" in run.err
    assert rows.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    reviewbot(*_options(name, whole))
    assert _findings(killed) == _findings(whole)


def _findings(result: Path) -> dict[str, Any]:
    rows = json.loads(result.read_text())["rows"]
    return {row["case"]["id"]: (row["key"], row["findings"], row["calls"]) for row in rows}


def test_an_interrupted_run_says_what_it_kept(script: Script, tmp_path: Path) -> None:
    result, rows = tmp_path / "r.json", tmp_path / "r.rows.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewbot", *_options(script({"seconds": 0.5, **_CLEAN}), result)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not (rows.exists() and rows.read_bytes()):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "of 6 cases are kept in" in err
    assert "the same command goes on" in err


def test_rows_of_another_model_or_setting_are_not_taken(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    result = tmp_path / "r.json"
    reviewbot(*_options(script(_CLEAN), result))
    again = reviewbot(*_options(script(_SEES, _CLEAN), result))
    assert "done already" not in again.err
    assert _value(result, "recall") == 0.5
    for option in (("--max-chunks", "1"), ("--temperature", "0.5")):
        other = reviewbot(*_options(script(_SEES, _CLEAN), result), *option)
        assert "done already" not in other.err
    assert (
        "6 of 6 cases are done already"
        in reviewbot(*_options(script(_SEES, _CLEAN), result), "--fail-on", "error").err
    )


def test_the_users_own_prompt_is_what_is_measured(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    result, prompt = tmp_path / "r.json", tmp_path / "own.j2"
    name = script(_CLEAN)
    reviewbot(*_options(name, result))
    before = _value(result, "prompt_tokens")
    for words in ("Look twice. " * 20, "Look thrice. " * 20):
        prompt.write_text('{% include "default/review_system.j2" %}\n' + words)
        run = reviewbot(*_options(name, result), "--system-prompt", str(prompt))
        assert run.code == 0, run.err
        assert "done already" not in run.err
        assert _value(result, "prompt_tokens") > before
    assert str(tmp_path) not in result.read_text()


def test_fresh_reviews_everything_again(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    result = tmp_path / "r.json"
    name = script(_CLEAN)
    reviewbot(*_options(name, result))
    assert "done already" not in reviewbot(*_options(name, result), "--fresh").err
    assert (tmp_path / "r.rows.jsonl").read_text().count("\n") == 6


def test_an_engine_that_is_not_there_is_no_result(reviewbot: Reviewbot, tmp_path: Path) -> None:
    options = ("--suite", str(SUITE), "--engine", "ollama", "--url", "http://127.0.0.1:9")
    run = reviewbot("eval", *options, "--model", "m", "--output", str(tmp_path / "r.json"))
    assert run.code == 3
    assert list(tmp_path.glob("r.*")) == []


# Results that are there


def test_two_results_are_compared(reviewbot: Reviewbot, script: Script, tmp_path: Path) -> None:
    one, other = tmp_path / "a.json", tmp_path / "b.json"
    reviewbot(*_options(script(_CLEAN), one))
    reviewbot(*_options(script(_SEES, _CLEAN), other))
    run = reviewbot("eval", "--compare", str(one), str(other))
    assert run.code == 0
    assert "6 cases of both" in run.out
    line = next(line for line in run.out.splitlines() if line.startswith("recall (goldens hit)"))
    assert line.split()[3:6] == ["0.00", "0.50", "+0.50"]
    # One group of four differs: chance alone does it each time, one way or the other.
    assert line.split()[-1] == "1.000"


def test_results_without_a_case_in_common_are_not_compared(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    name = script(_CLEAN)
    for track in ("twin", "edit"):
        reviewbot(*_options(name, tmp_path / f"{track}.json"), "--track", track)
    run = reviewbot("eval", "--compare", f"{tmp_path}/twin.json", f"{tmp_path}/edit.json")
    assert run.code == 2
    assert "no case in common" in run.err


def test_a_result_is_scored_anew_from_its_rows(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    result = tmp_path / "r.json"
    first = reviewbot(*_options(script(_SEES, _CLEAN), result))
    document = json.loads(result.read_text())
    result.write_text(json.dumps(document | {"scores": {}}))
    assert reviewbot("eval", "--score", str(result)).out == first.out


def test_a_file_that_is_no_result_is_named(reviewbot: Reviewbot, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{}")
    run = reviewbot("eval", "--score", str(tmp_path / "r.json"))
    assert run.code == 2
    assert "r.json is no result of an evaluation" in run.err


def test_a_plot_is_drawn_and_always_the_same(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError:
        required("matplotlib")
    result, plots = tmp_path / "r.json", [tmp_path / "1.svg", tmp_path / "2.svg"]
    reviewbot(*_options(script(_SEES, _NOISY, _CLEAN), result))
    for plot in plots:
        assert reviewbot("eval", "--score", str(result), "--plot", str(plot)).code == 0
    assert plots[0].read_bytes() == plots[1].read_bytes()
    assert plots[0].read_text().startswith("<?xml")


def test_a_plot_without_matplotlib_is_refused_before_the_work(
    reviewbot: Reviewbot, script: Script, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys\nsys.modules['matplotlib'] = None\n")
    path = os.pathsep.join(filter(None, [str(blocked), os.environ.get("PYTHONPATH", "")]))
    options = (*_options(script(_CLEAN), tmp_path / "r.json"), "--plot", str(tmp_path / "p.svg"))
    run = reviewbot(*options, environ={"PYTHONPATH": path})
    assert run.code == 2
    assert "--plot needs matplotlib" in run.err
    assert not (tmp_path / "r.json").exists()


# One's own history


def test_history_reviews_the_repositorys_own_fixes(
    reviewbot: Reviewbot, repository: Repository, script: Script, tmp_path: Path
) -> None:
    for text, message in (("len(xs) - 1", "Begin"), ("len(xs)", "Fix the count")):
        repository.stage("a.py", f"def f(xs):\n    return {text}\n")
        repository.commit(message)
    result = tmp_path / "r.json"
    quote = {
        "contains": "+2|    return len(xs) - 1",
        "reply": {"findings": [finding("    return len(xs) - 1")]},
    }
    options = ("eval", "--history", "--engine", "scripted", "--model", script(quote, _CLEAN))
    run = reviewbot(*options, "--since", "2000-01-01", "--output", str(result))
    assert run.code == 0, run.err
    assert _value(result, "pair_10") == 1.0
    assert "len(xs)" not in result.read_text()


def test_history_needs_a_day_where_the_models_release_is_not_known(
    reviewbot: Reviewbot, repository: Repository, script: Script
) -> None:
    repository.commit()
    run = reviewbot("eval", "--history", "--engine", "scripted", "--model", script(_CLEAN))
    assert run.code == 2
    assert "--since YYYY-MM-DD" in run.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--history", "--suite", "x"), "cannot stand together"),
        (("--since", "2024-01-01"), "--since says which commits --history takes"),
        (("--history", "--since", "yesterday"), "no such day"),
        (("--limit", "0"), "--limit"),
        (("--suite", "none.jsonl"), "cannot read the suite none.jsonl"),
    ],
)
def test_what_makes_no_sense_is_refused(
    reviewbot: Reviewbot, options: tuple[str, ...], said: str
) -> None:
    run = reviewbot("eval", *options)
    assert run.code == 2
    assert said in run.err
