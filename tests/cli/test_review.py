"""`reviewbot review` as a user runs it: scopes, reports, exit codes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from reviewbot.reporters import reporter
from reviewbot.settings import FormatName
from tests.conftest import Repository, Reviewbot
from tests.data.reports import EMPTY

CLEAN: dict[str, object] = {"reply": {"findings": []}}
BUGGY = "def half(x):\n    return x / 0\n"


def finding(quote: str, severity: str = "error") -> dict[str, object]:
    return {
        "quote": quote,
        "problem": "It divides by zero. Every call raises.",
        "category": "correctness",
        "severity": severity,
    }


def reply(*findings: dict[str, object]) -> dict[str, object]:
    return {"reply": {"findings": list(findings)}}


@pytest.fixture
def buggy(repository: Repository, script: Callable[..., str]) -> tuple[str, ...]:
    """A staged defect, and the options of an engine that reports it."""
    repository.stage("half.py", BUGGY)
    name = script({"contains": "x / 0", **reply(finding("    return x / 0"))}, CLEAN)
    return ("--engine", "scripted", "--model", name)


def numstat(repository: Repository, *arguments: str) -> dict[str, int]:
    counts = {}
    for row in repository.git("diff", "--numstat", *arguments).splitlines():
        added, removed, path = row.split("\t")
        counts[path] = 0 if added == "-" else int(added) + int(removed)
    return counts


def covered(report: dict[str, Any]) -> dict[str, int]:
    return {
        entry["path"]: entry["reviewed"] + entry["skipped"] + entry["failed"]
        for entry in report["coverage"]
    }


def test_finding_is_printed_as_a_link_with_its_quote(
    reviewbot: Reviewbot, buggy: tuple[str, ...]
) -> None:
    run = reviewbot("review", *buggy)
    assert run.code == 0
    assert run.out.splitlines()[:4] == [
        "half.py:2: error: It divides by zero [RB-CORRECTNESS]",
        "    1 + def half(x):",
        "  > 2 +     return x / 0",
        "    It divides by zero. Every call raises.",
    ]
    assert "1 finding; 2 of 2 changed lines reviewed" in run.out
    assert run.err == ""


@pytest.mark.parametrize(
    ("gate", "code"), [("never", 0), ("note", 1), ("warning", 1), ("error", 1)]
)
def test_gate_decides_the_exit_code(
    reviewbot: Reviewbot, buggy: tuple[str, ...], gate: str, code: int
) -> None:
    assert reviewbot("review", *buggy, "--fail-on", gate).code == code


def test_finding_below_the_gate_passes(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("half.py", BUGGY)
    name = script(reply(finding("    return x / 0", "warning")))
    run = reviewbot("review", "--engine", "scripted", "--model", name, "--fail-on", "error")
    assert run.code == 0
    assert "half.py:2: warning:" in run.out


def test_staged_review_reads_the_index_and_not_the_working_tree(
    reviewbot: Reviewbot, repository: Repository, buggy: tuple[str, ...]
) -> None:
    repository.write("half.py", "def half(x):\n    return x // 2\n")
    report = reviewbot("review", *buggy, "--format", "json").report
    assert [entry["quote"] for entry in report["findings"]] == ["    return x / 0"]


@pytest.mark.parametrize(
    "scope",
    [
        ("--commit", "HEAD"),
        ("--commit", "HEAD~1"),
        ("--range", "HEAD~1..HEAD"),
        ("--range", "HEAD~1.."),
        ("--range", "side...main"),
        ("--base", "side"),
    ],
)
def test_each_scope_covers_what_numstat_counts(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str], scope: tuple[str, str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.commit()
    repository.git("branch", "side")
    repository.stage("b.py", "b = 1\nc = 2\n")
    repository.commit()
    repository.stage("a.py", "a = 2\n")
    repository.stage("b.py", "c = 2\nd = 4\n")
    repository.commit()
    name = script(CLEAN)
    report = reviewbot(
        "review", *scope, "--engine", "scripted", "--model", name, "--format", "json"
    ).report
    git_range = {
        "HEAD": ("HEAD~1", "HEAD"),
        "HEAD~1": ("HEAD~2", "HEAD~1"),
        "side...main": ("side...main",),
        "side": ("side...HEAD",),
    }.get(scope[1], ("HEAD~1", "HEAD"))
    assert covered(report) == numstat(repository, *git_range)
    assert report["status"] == "complete"
    assert report["scope"]["kind"] == scope[0].removeprefix("--")


def test_first_commit_is_reviewed_against_the_empty_tree(
    reviewbot: Reviewbot, buggy: tuple[str, ...]
) -> None:
    assert covered(reviewbot("review", *buggy, "--format", "json").report) == {"half.py": 2}


def test_root_commit_is_reviewed(
    reviewbot: Reviewbot, repository: Repository, buggy: tuple[str, ...]
) -> None:
    repository.commit()
    report = reviewbot("review", "--commit", "HEAD", *buggy, "--format", "json").report
    assert len(report["findings"]) == 1


def test_patch_on_standard_input(
    reviewbot: Reviewbot, repository: Repository, buggy: tuple[str, ...], tmp_path: Path
) -> None:
    patch = repository.git("diff", "--cached") + "\n"
    run = reviewbot("review", "--diff", "-", *buggy, cwd=tmp_path, stdin=patch.encode())
    assert "half.py:2: error" in run.out


def test_patch_file(
    reviewbot: Reviewbot, repository: Repository, buggy: tuple[str, ...], tmp_path: Path
) -> None:
    patch = tmp_path / "change.patch"
    patch.write_text(repository.git("diff", "--cached") + "\n")
    report = reviewbot("review", "--diff", str(patch), *buggy, "--format", "json").report
    assert covered(report) == {"half.py": 2}


def test_pathspec_narrows(
    reviewbot: Reviewbot, repository: Repository, buggy: tuple[str, ...]
) -> None:
    repository.stage("sub/other.py", "x = 1\n")
    run = reviewbot("review", *buggy, "--format", "json", "--", "sub")
    assert covered(run.report) == {"sub/other.py": 1}


def test_review_from_a_subdirectory_covers_the_whole_change(
    reviewbot: Reviewbot, repository: Repository, buggy: tuple[str, ...]
) -> None:
    repository.stage("sub/other.py", "x = 1\n")
    run = reviewbot("review", *buggy, "--format", "json", cwd=repository.path / "sub")
    assert covered(run.report) == {"half.py": 2, "sub/other.py": 1}


def test_skipped_files_are_named_with_their_reason(
    reviewbot: Reviewbot, repository: Repository, buggy: tuple[str, ...]
) -> None:
    repository.stage("uv.lock", "hash\n" * 3)
    repository.stage("logo.png", b"\x89PNG\0\0")
    run = reviewbot("review", *buggy)
    assert "uv.lock: lock file (3 skipped of 3 lines)" in run.out
    assert "logo.png: binary" in run.out
    assert "2 of 5 changed lines reviewed; 3 skipped" in run.out


def test_reports_are_written_beside_each_other(
    reviewbot: Reviewbot, buggy: tuple[str, ...], tmp_path: Path
) -> None:
    run = reviewbot(
        "review", *buggy, "--report", f"json={tmp_path}/r.json", "-o", f"{tmp_path}/r.txt"
    )
    assert run.out == ""
    assert json.loads((tmp_path / "r.json").read_text())["findings"][0]["start_line"] == 2
    assert "half.py:2: error" in (tmp_path / "r.txt").read_text()
    assert sorted(path.name for path in tmp_path.glob("*r.*")) == ["r.json", "r.txt"]


def test_one_run_writes_a_report_in_every_format(
    reviewbot: Reviewbot, buggy: tuple[str, ...], tmp_path: Path
) -> None:
    names = get_args(FormatName)
    asked = [word for name in names for word in ("--report", f"{name}={tmp_path}/r.{name}")]
    run = reviewbot("review", *buggy, *asked)
    assert run.code == 0, run.err
    found = {name: (tmp_path / f"r.{name}").read_text(encoding="utf-8") for name in names}
    assert found["text"] == run.out
    assert all("RB-CORRECTNESS" in text and "half.py" in text for text in found.values())
    assert "  > 2 +     return x / 0\n" in found["text"]
    (result,) = json.loads(found["sarif"])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "endLine": 2,
        "startColumn": 5,
        "endColumn": 17,
        "snippet": {"text": "    return x / 0"},
    }


@pytest.mark.parametrize("name", get_args(FormatName))
def test_a_run_without_a_change_writes_a_whole_report(
    reviewbot: Reviewbot, repository: Repository, tmp_path: Path, name: FormatName
) -> None:
    run = reviewbot("review", "--report", f"{name}={tmp_path}/r")
    assert run.code == 0, run.err
    whole = io.StringIO()
    reporter(name)(EMPTY, whole)
    assert (tmp_path / "r").read_text(encoding="utf-8") == whole.getvalue()


def test_quiet_says_nothing_when_all_is_well(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    run = reviewbot("review", "-q", "--engine", "scripted", "--model", script(CLEAN))
    assert (run.code, run.out, run.err) == (0, "", "")


def test_quiet_does_not_hide_an_incomplete_review(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    run = reviewbot("review", "-q", "--engine", "scripted", "--model", script({"error": "no"}))
    assert run.code == 3
    assert "INCOMPLETE" in run.out


def test_findings_written_before_a_cut_count_and_the_chunk_has_failed(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("half.py", BUGGY)
    cut = json.dumps({"findings": [finding("return x / 0")]}).removesuffix("]}")
    name = script({"reply": cut + ', {"quote": "def ha', "finish": "length"})
    run = reviewbot("review", "--engine", "scripted", "--model", name, "--format", "json")
    assert run.code == 3
    assert run.report["status"] == "incomplete"
    assert len(run.report["findings"]) == 1
    assert run.report["coverage"][0]["failed"] == 2


def test_gate_wins_over_an_incomplete_review(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("half.py", BUGGY)
    repository.stage("other.py", "o = 1\n")
    name = script({"contains": "x / 0", **reply(finding("return x / 0"))}, {"error": "HTTP 500"})
    run = reviewbot("review", "--engine", "scripted", "--model", name, "--fail-on", "error")
    assert run.code == 1


def test_cap_names_what_was_not_reviewed(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.stage("b.py", "b = 1\n")
    run = reviewbot("review", "--engine", "scripted", "--model", script(CLEAN), "--max-chunks", "1")
    assert run.code == 3
    assert "b.py: over the cap of 1 chunks (1 failed of 1 line)" in run.out


def test_deadline_returns_what_is_done(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.stage("b.py", "b = 1\n")
    name = script({"seconds": 1.0, **CLEAN})
    run = reviewbot("review", "--engine", "scripted", "--model", name, "--deadline", "0.5")
    assert run.code == 3
    assert "b.py: the deadline has passed (1 failed of 1 line)" in run.out


def test_show_prompts_sends_nothing_and_masks_secrets(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    repository.stage("key.py", "KEY = 'AKIAIOSFODNN7EXAMPLE'\n")
    run = reviewbot("review", "--show-prompts", "--url", "http://127.0.0.1:9")
    assert run.code == 0
    assert "+1|KEY = '[secret]'" in run.out
    assert "AKIA" not in run.out


def test_claim_about_code_that_is_not_there_is_dropped(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("half.py", BUGGY)
    name = script(reply(finding("os.system(user_input)")))
    report = reviewbot("review", "--engine", "scripted", "--model", name, "--format", "json").report
    assert report["findings"] == []
    assert report["dropped"] == 1


def test_a_claim_that_facts_disprove_is_told_with_verbose(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("half.py", BUGGY)
    praise = finding("    return x / 0") | {"problem": "The code looks good."}
    name = script(reply(praise))
    run = reviewbot("review", "--engine", "scripted", "--model", name, "--verbose")
    assert "claims refuted: praise 1" in run.err


def test_a_staged_secret_is_found_and_gated_though_no_engine_answers(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    secret = "ghp_" + "a1B2c3D4" * 4 + "e5F6"
    repository.stage(".env", f"GITHUB_TOKEN={secret}\n")
    repository.stage("f.py", "x = 1\n")
    options = ("--engine", "ollama", "--url", "http://127.0.0.1:9", "--model", "m")
    run = reviewbot("review", *options, "--fail-on", "error", "--verbose")
    assert run.code == 1
    assert ".env:1: error: Secret in the change: github-pat [RB-SECRET]" in run.out
    assert "+ GITHUB_TOKEN=[secret]" in run.out
    assert ".env: key file (1 skipped of 1 line)" in run.out
    assert secret not in run.out + run.err


def test_an_ignored_file_is_skipped_by_a_line_that_is_named(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage(".reviewbotignore", "# not ours\nlegacy/\n")
    repository.stage("legacy/old.py", "x = 1\n")
    run = reviewbot("review", "--engine", "scripted", "--model", script(CLEAN))
    assert run.code == 0
    assert "legacy/old.py: ignored by .reviewbotignore line 2 (1 skipped of 1 line)" in run.out


def test_context_without_room_is_named_when_asked(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    names = [f"setting_{number}" for number in range(30)]
    text = "".join(f"{name} = {number}\n" for number, name in enumerate(names)) + "\n" * 6
    repository.stage("f.py", f"{text}def f():\n    return 0\n")
    repository.commit()
    repository.stage("f.py", f"{text}def f():\n    return {' + '.join(names)}\n")
    chosen = ("--engine", "scripted", "--model", script(CLEAN))
    run = reviewbot("review", *chosen, "--verbose")
    assert "no room in the prompts for f.py: " in run.err
    assert "definition of setting_" in run.err
    assert "no room" not in reviewbot("review", *chosen).err
