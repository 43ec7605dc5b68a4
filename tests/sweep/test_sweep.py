"""A sweep as a user runs it: which commits, what became of their findings, and going on."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import ROOT, Repository, Reviewbot, Run
from tests.engines import fake_openai as fakes
from tests.engines.fake_openai import running
from tests.serving import Handler, Served
from tests.sweep.sweeping import COMMAND, OPTIONS, ROWS, history, rows_of


@pytest.fixture
def sweep(reviewbot: Reviewbot, script: Callable[..., str], tmp_path: Path) -> Callable[..., Run]:
    name = script(*ROWS)
    engine = ("--engine", "scripted", "--model", name, *OPTIONS)

    def run(*arguments: str) -> Run:
        journal = ("--journal", str(tmp_path / "journal.jsonl"))
        return reviewbot("sweep", *engine, *journal, *arguments, timeout=300)

    return run


def _states(report: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """By the quote: what became of a finding, and where it is."""
    return {
        found["quote"].strip(): (found["state"], f"{found['path']}:{found['start_line']}")
        for found in report["findings"]
    }


def test_a_history_is_one_report_that_says_what_stands(
    sweep: Callable[..., Run], repository: Repository, tmp_path: Path
) -> None:
    made = history(repository)
    page, sarif = tmp_path / "page.html", tmp_path / "out.sarif"
    more = ("--report", f"html={page}", "--report", f"sarif={sarif}", "--fail-on", "warning")
    run = sweep("--format", "json", *more)
    assert run.code == 1, run.err
    report = run.report
    assert (report["status"], report["sweep"]["head"]) == ("complete", made["merge"])
    assert _states(report) == {
        "return 1 / 0": ("past", "a.py:2"),
        "return 2 / 0": ("stands", "c.py:3"),
        "return 3 / 0": ("muted", "m.py:3"),
    }
    assert (report["counts"]["found"], report["counts"]["merges"]) == (6, 1)
    subjects = [unit["subject"] for unit in report["units"]]
    assert subjects == ["side", "mend", "move", "m", "b", "a"]
    found = next(one for one in report["findings"] if one["state"] == "stands")
    assert (found["seen_in"], found["since"][:10]) == ([made["b"]], "2026-02-05")
    assert report["files"] == [
        {"path": "c.py", "errors": 0, "warnings": 1, "notes": 0, "past": 0},
        {"path": "a.py", "errors": 0, "warnings": 0, "notes": 0, "past": 1},
    ]
    came = {one["name"]: (one["found"], one["stand"]) for one in report["periods"]}
    assert came == {"2026-01": (1, 0), "2026-02": (1, 1), "2026-03": (1, 0)} | {
        "2026-04": (0, 0),
        "2026-05": (0, 0),
    }
    _check_page(page.read_text())
    log = json.loads(sarif.read_text())
    schema = ROOT / "tests" / "data" / "schemas" / "sarif-schema-2.1.0.json"
    jsonschema.Draft4Validator(json.loads(schema.read_text())).validate(log)
    results = log["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"] for one in results]
    assert [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in places] == [
        ("c.py", 3)
    ]


def _check_page(page: str) -> None:
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!#)", page) == []
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy[1]
    for word in ("Hot spots by file", "Over time", "2026-02: 1 came in, 1 stand", "Past findings"):
        assert word in page


def test_a_second_sweep_reviews_only_what_is_new(
    sweep: Callable[..., Run], repository: Repository, tmp_path: Path
) -> None:
    history(repository)
    assert sweep("--last", "2", "--format", "json").report["counts"]["found"] == 2
    journal = tmp_path / "journal.jsonl"
    assert len(rows_of(journal)) == 2
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    whole = sweep("--format", "json")
    assert "2 of 6 commits done already" in whole.err
    assert len(rows_of(journal)) == 6
    again = sweep("--format", "json")
    assert len(rows_of(journal)) == 6
    assert again.report == whole.report


def test_each_file_of_a_tree_is_reviewed_as_if_it_were_new(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    history(repository)
    repository.stage("vendor/x.py", "x = 1 / 0\n")
    repository.stage(".reviewbotignore", "side.py\n")
    repository.commit()
    report = sweep("--tree", "--format", "json").report
    units = {unit["id"]: (unit["reviewed"], unit["skipped"]) for unit in report["units"]}
    assert units["c.py"] == (7, 0)
    assert (units["side.py"], units["vendor/x.py"]) == ((0, 1), (0, 1))
    assert _states(report) == {"return 2 / 0": ("stands", "c.py:3")}
    assert (report["sweep"]["kind"], report["periods"], report["counts"]["muted"]) == (
        ("tree", [], 1)
    )


def test_a_cap_holds_for_the_whole_sweep_and_the_rest_is_told(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    history(repository)
    run = sweep("--max-chunks", "2", "--format", "json")
    report = run.report
    assert (run.code, report["status"], report["usage"]["calls"]) == (3, "incomplete", 2)
    assert report["problems"][0] == "the cap of 2 chunks is reached"
    assert report["counts"]["not_reached"] > 0
    calls = [report["usage"]["calls"]]
    while report["status"] == "incomplete":
        report = sweep("--max-chunks", "3", "--format", "json").report
        calls.append(report["usage"]["calls"])
    assert calls == sorted(calls)
    assert _states(report) == _states(sweep("--fresh", "--format", "json").report)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--range", "none..HEAD"), "unknown revision 'none'"),
        (("--range", "HEAD..HEAD~1"), "has every commit of"),
        (("--range", "HEAD"), "'HEAD' is not a range"),
        (("--range", ""), "--range has an empty value"),
        (("--since", "2026-02-30"), "--since 2026-02-30: no such day"),
        (("--since", "yesterday"), "no such day"),
        (("--since", "2199-01-01"), "HEAD has no commit since 2199-01-01"),
        (("--last", "0"), "0 is not in the range"),
        (("--since", "@{1}"), "no such day"),
        (("--range", "--output=x..HEAD"), "it begins with a dash"),
        (("--last", "1", "--tree"), "--last and --tree cannot stand together"),
        (("--format", "github"), "a sweep has no report in the format github"),
    ],
)
def test_what_cannot_be_swept_is_a_clear_error(
    sweep: Callable[..., Run], repository: Repository, arguments: tuple[str, ...], words: str
) -> None:
    repository.commit("one")
    repository.commit("two")
    run = sweep(*arguments)
    assert (run.code, run.out) == (2, "")
    assert words in run.err


def test_quiet_says_nothing_when_all_is_well(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    repository.stage("a.py", "x = 1\n")
    repository.commit("one")
    run = sweep("--quiet")
    assert (run.code, run.out, run.err) == (0, "", "")
    repository.stage("a.py", "def a():\n    return 1 / 0\n")
    repository.commit("two")
    assert "return 1 / 0" in sweep("--quiet").out


def test_a_range_is_reviewed_by_the_settings_of_before_it(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    repository.commit("base")
    repository.stage(".reviewbot.toml", 'fail_on = "never"\nmin_confidence = 1.0\n')
    repository.stage("a.py", "def a():\n    return 1 / 0\n")
    repository.commit("quiet")
    report = sweep("--range", "HEAD~1..HEAD", "--format", "json").report
    assert _states(report) == {"return 1 / 0": ("stands", "a.py:2")}


def test_what_is_no_journal_is_told_and_left_alone(
    sweep: Callable[..., Run], repository: Repository, tmp_path: Path
) -> None:
    repository.commit("one")
    journal = tmp_path / "journal.jsonl"
    journal.write_text('{"mine": 1}\n')
    run = sweep()
    assert (run.code, "line 1" in run.err) == (2, True)
    assert journal.read_text() == '{"mine": 1}\n'


def test_a_sweep_that_is_killed_goes_on_and_asks_nothing_twice(
    repository: Repository, tmp_path: Path
) -> None:
    """Each commit has two chunks; the process is killed in the middle of a commit, before the
    answer to what it just asked, three times."""
    for number in range(5):
        for name in "xy":
            repository.stage(f"{name}{number}.py", f"def {name}{number}():\n    return {number}\n")
        repository.commit(f"commit {number}")
    answered: Counter[str] = Counter()
    running_now: list[subprocess.Popen[bytes]] = []
    deadly = [2, 5, 6]

    def chat(handler: Handler, served: Served) -> None:
        asked = served.seen[-1].json["messages"][-1]["content"]
        if deadly and sum(answered.values()) + 1 == deadly[0]:
            deadly.pop(0)
            os.kill(running_now[-1].pid, signal.SIGKILL)
            return
        answered[asked] += 1
        fakes.says('{"findings": []}')(handler, served)

    fake = fakes.llama_cpp()
    fake.chat = chat
    journal = tmp_path / "journal.jsonl"
    with running(fake) as server:
        engine = ("--engine", "openai", "--url", server.url, "--slots", "1", *OPTIONS)
        # One review at a time, so that which answers were kept is certain.
        arguments = ("--journal", str(journal), "--max-chunks", "100", "--format", "json")
        codes: list[int] = []
        while not codes or codes[-1] != 0:
            running_now.append(
                subprocess.Popen(
                    [*COMMAND, *engine, *arguments],
                    cwd=repository.path,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )
            out, _ = running_now[-1].communicate(timeout=120)
            codes.append(running_now[-1].returncode)
    assert codes == [-signal.SIGKILL] * 3 + [0]
    assert set(answered.values()) == {1}
    assert len(answered) == 10
    report = json.loads(out)
    assert (report["status"], report["counts"]["complete"]) == ("complete", 5)
    assert len({row["key"] for row in rows_of(journal)}) == 5
