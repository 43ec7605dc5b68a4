"""Findings that are muted, as a user sees it: by comments and by baselines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_review import finding, reply
from tests.conftest import Repository, Reviewbot

BUGGY = "def half(x):\n    return x / 0"
MUTED = f"{BUGGY}  # reviewbot: ignore[RB-CORRECTNESS] known to raise\n"
SECRET = 'key = "ghp_' + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5" + '"'
Options = tuple[str, ...]


@pytest.fixture
def model(script: Callable[..., str]) -> Options:
    """An engine that reports each division by zero."""
    said = reply(finding("    return x / 0"))
    name = script({"contains": "x / 0", **said}, {"reply": {"findings": []}})
    return ("--engine", "scripted", "--model", name, "--effort", "plain")


@pytest.fixture
def report(reviewbot: Reviewbot, repository: Repository, model: Options, tmp_path: Path) -> Path:
    """The JSON report of a staged defect."""
    repository.stage("half.py", f"{BUGGY}\n")
    path = tmp_path / "report.json"
    assert reviewbot("review", *model, "--format", "json", "-o", str(path)).code == 0
    return path


# Comments


def test_a_comment_mutes_and_is_counted(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    repository.stage("half.py", MUTED)
    run = reviewbot("review", *model, "--fail-on", "note", "-v")
    assert run.code == 0
    assert "reviewbot: 0 findings (1 muted); 2 of 2 changed lines reviewed" in run.out
    assert "half.py:2:" not in run.out
    line = "reviewbot: muted by inline: half.py:2 [RB-CORRECTNESS] It divides by zero"
    assert f"{line}: known to raise\n" in run.err


def test_the_report_keeps_what_is_muted(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    repository.stage("half.py", MUTED)
    found = reviewbot("review", *model, "--format", "json").report
    assert found["findings"] == []
    (one,) = found["muted"]
    assert one["muted"] == {"by": "inline", "reason": "known to raise", "is_new": True}
    assert one["known"] is None


def test_a_comment_of_another_rule_mutes_nothing(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    repository.stage("half.py", MUTED.replace("CORRECTNESS", "TEST"))
    assert reviewbot("review", *model, "--fail-on", "error").code == 1


@pytest.mark.parametrize("listed", ["", "[]", "[*]", "[RB-CORECTNESS]"])
def test_a_comment_that_names_no_rule_is_told_and_mutes_nothing(
    reviewbot: Reviewbot, repository: Repository, model: Options, listed: str
) -> None:
    repository.stage("half.py", f"{BUGGY}  # reviewbot: ignore{listed} why\n")
    run = reviewbot("review", *model, "--fail-on", "error")
    assert run.code == 1
    assert "\nhalf.py:2: " in run.out
    assert "ignore" in run.out or "no rule" in run.out
    found = reviewbot("review", *model, "--format", "json").report
    assert found["status"] == "complete"
    assert len(found["notes"]) == 1


def test_the_line_before_is_read_where_no_hunk_holds_it(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    comment = "# reviewbot: ignore[RB-CORRECTNESS] old"
    repository.stage("half.py", f"def half(x):\n    {comment}\n    return x\n")
    repository.commit()
    repository.stage("half.py", f"def half(x):\n    {comment}\n    return x / 0\n")
    (one,) = reviewbot("review", *model, "--format", "json").report["muted"]
    assert one["muted"] == {"by": "inline", "reason": "old", "is_new": False}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (f"{SECRET}  # reviewbot: ignore[RB-SECRET] a dummy", "RB-SECRET"),
        ("PASSWORD=hunter2hunter2  # reviewbot: ignore[RB-SECRET] a dummy", "RB-SECRET"),
        ("x = 'a\u202eb'  # reviewbot: ignore[RB-UNICODE] a dummy", "RB-UNICODE"),
    ],
)
def test_a_change_that_mutes_its_own_security_finding_is_told_even_when_quiet(
    reviewbot: Reviewbot, repository: Repository, model: Options, line: str, rule: str
) -> None:
    repository.stage("settings.py" if "=hunter" not in line else "settings.ini", f"{line}\n")
    name = repository.git("diff", "--cached", "--name-only")
    for command in ("review", "hook"):
        run = reviewbot(command, *(("pre-commit",) if command == "hook" else ()), *model, "-q")
        assert run.code == 0
        told = f"warning: this change mutes its own security finding at {name}:1 [{rule}] "
        assert told in run.out
        assert "hunter2" not in run.out
        assert "ghp_aB3" not in run.out


def test_an_accepted_character_does_not_hide_the_next(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    first = "x = 'a\u202eb'  # reviewbot: ignore[RB-UNICODE] a test\n"
    repository.stage("a.py", f"{first}y = 'c\u202ed'\n")
    run = reviewbot("review", *model, "--fail-on", "error")
    assert run.code == 1
    assert "a.py:1: `RB-UNICODE` stands in line 2, too, which no comment mutes" in run.out


def test_a_merge_request_lists_the_mutes_that_it_brings(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.commit()
    repository.git("branch", "target")
    repository.stage("half.py", MUTED)
    repository.commit()
    for scope in (("--base", "target"), ("--range", "target..HEAD")):
        run = reviewbot("review", *model, *scope, "--fail-on", "note")
        assert run.code == 0
        assert "this change mutes its own finding at half.py:2 [RB-CORRECTNESS]" in run.out


def test_a_hostile_comment_harms_nobody(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    reason = "\x1b]52;c;x\x07 ::error::x ##[error]y \u202e"
    repository.stage("half.py", f"{BUGGY}  # reviewbot: ignore[RB-CORRECTNESS] {reason}\n")
    repository.stage("long.py", "# reviewbot: ignore[" * 50_000 + "\n")
    run = reviewbot("review", *model, "-v")
    for text in (run.out, run.err):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "##[" not in text
    assert "[RB-CORRECTNESS] It divides by zero: ]52;c;x ::error::x # #[error]y" in run.err
    assert "long.py:1: `ignore` without a rule mutes nothing" in run.out


# Baselines


def test_a_report_is_a_baseline_for_the_next(
    reviewbot: Reviewbot, repository: Repository, model: Options, report: Path
) -> None:
    moved = f"import os\n\n\n{BUGGY}\n\n{SECRET}\n"
    repository.stage("half.py", moved)
    run = reviewbot("review", *model, "--baseline", str(report), "--fail-on", "error")
    assert run.code == 1  # of the secret, which is new
    assert "1 finding (1 new, 1 known); " in run.out
    found = reviewbot("review", *model, "--baseline", str(report), "--format", "json").report
    assert [one["known"] for one in (*found["findings"], *found["muted"])] == [False, True]
    assert found["muted"][0]["muted"]["by"] == "baseline"
    assert found["baseline"] == {"file": "report.json", "new": 1, "known": 1}


def test_reports_one_after_the_other_keep_what_was_known(
    reviewbot: Reviewbot, model: Options, report: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second.json"
    reviewbot("review", *model, "--baseline", str(report), "--format", "json", "-o", str(second))
    run = reviewbot("review", *model, "--baseline", str(second), "--fail-on", "note")
    assert run.code == 0
    assert "0 findings (0 new, 1 known)" in run.out


def test_a_baseline_file_is_written_and_used(
    reviewbot: Reviewbot, repository: Repository, model: Options, report: Path
) -> None:
    run = reviewbot("baseline", str(report), "-o", "known.json")
    assert (run.code, run.out) == (0, "")
    assert run.err == "reviewbot: 1 known finding in known.json\n"
    (entry,) = json.loads((repository.path / "known.json").read_text())["fingerprints"]
    assert (entry["rule"], entry["path"]) == ("RB-CORRECTNESS", "half.py")
    used = reviewbot("review", *model, "--baseline", "known.json", "--fail-on", "note")
    assert (used.code, "0 new, 1 known" in used.out) == (0, True)


def test_baselines_add_up_through_a_pipe(
    reviewbot: Reviewbot, repository: Repository, model: Options, report: Path
) -> None:
    one = reviewbot("baseline", stdin=report.read_bytes())
    assert json.loads(one.out)["schema_version"] == 1
    repository.write("known.json", one.out)
    repository.stage("other.py", f"{SECRET}\n")
    both = reviewbot("review", *model, "--format", "json")
    added = reviewbot("baseline", "known.json", "-", "-o", "known.json", stdin=both.out.encode())
    assert added.err == "reviewbot: 2 known findings in known.json\n"
    assert "0 new, 2 known" in reviewbot("review", *model, "--baseline", "known.json").out


def test_a_renamed_file_keeps_its_known_findings(
    reviewbot: Reviewbot, repository: Repository, model: Options, report: Path
) -> None:
    filler = "".join(f"value_{n} = {n}\n" for n in range(20))
    repository.stage("half.py", filler)
    repository.commit()
    repository.git("mv", "half.py", "moved.py")
    repository.stage("moved.py", f"{filler}{BUGGY}\n")
    run = reviewbot("review", *model, "--baseline", str(report))
    assert "0 findings (0 new, 1 known)" in run.out


BROKEN = [
    (None, "cannot read"),
    ("", "is empty"),
    ("{", "it was cut"),
    ("[]", "no object"),
    ("{}", "neither a report of reviewbot nor a baseline"),
    ('{"schema_version": 9, "fingerprints": []}', "schema_version 9"),
    ('{"schema_version": 9, "findings": []}', "schema_version 9"),
    ('{"schema_version": 1, "fingerprints": 1}', "no valid report"),
]


@pytest.mark.parametrize(("content", "told"), BROKEN)
def test_a_broken_baseline_is_told_before_any_model_is_asked(
    reviewbot: Reviewbot, repository: Repository, content: str | None, told: str
) -> None:
    """There is no model here at all: to ask one would end with 3."""
    repository.stage("a.py", "a = 1\n")
    if content is not None:
        repository.write("b.json", content)
    nobody = ("--engine", "ollama", "--url", "http://127.0.0.1:9")
    for command in (("review",), ("hook", "pre-commit")):
        run = reviewbot(*command, *nobody, "--baseline", "b.json")
        assert run.code == 2
        assert told in run.err
        assert str(repository.path / "b.json") in run.err
        assert "reviewbot review --format json" in run.err or "make it anew" in run.err
    made = reviewbot("baseline", "b.json", "-o", "new.json")
    assert (made.code, told in made.err) == (2, True)
    assert not (repository.path / "new.json").exists()


def test_a_staged_baseline_is_not_reviewed_and_holds_nothing_that_looks_like_a_secret(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    for name in ("api_key.py", "src/secrets/token.py", "password.txt"):
        repository.stage(name, f"{BUGGY}\n{SECRET}\n")
    found = reviewbot("review", *model, "--format", "json")
    assert len(found.report["findings"]) >= 3
    made = reviewbot("baseline", stdin=found.out.encode()).out
    repository.git("reset", "--quiet")
    repository.stage(".reviewbot-baseline.json", made)
    repository.stage("other.json", made)
    run = reviewbot("review", *model)
    assert ".reviewbot-baseline.json: generated (named .reviewbot-baseline.json)" in run.out
    assert "reviewbot: 0 findings; " in run.out


def test_an_empty_name_is_a_mistake(reviewbot: Reviewbot, repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")
    assert "--baseline has an empty value" in reviewbot("review", "--baseline", "").err
    assert "--output has an empty value" in reviewbot("baseline", "-o", "").err


def test_a_baseline_that_cannot_be_written_is_told(
    reviewbot: Reviewbot, report: Path, tmp_path: Path
) -> None:
    run = reviewbot("baseline", str(report), "-o", str(tmp_path / "none" / "b.json"))
    assert run.code == 2
    assert "cannot write" in run.err


def test_the_repositorys_baseline_is_read_from_before_the_change(
    reviewbot: Reviewbot, repository: Repository, model: Options, report: Path
) -> None:
    """A merge request that brings the baseline which mutes it is reviewed without."""
    repository.stage(".reviewbot.toml", 'baseline = "ci/known.json"\n')
    repository.git("rm", "--cached", "--quiet", "half.py")
    repository.commit()
    repository.git("branch", "target")
    repository.stage("half.py", f"{BUGGY}\n")
    known = reviewbot("baseline", str(report)).out
    repository.stage("ci/known.json", known)
    staged = reviewbot("review", *model, "--fail-on", "error")
    assert (staged.code, "0 new, 1 known" in staged.out) == (0, True)
    repository.commit()
    request = reviewbot("review", *model, "--base", "target", "--fail-on", "error")
    assert request.code == 1
    assert "no baseline: ci/known.json is not in the base" in request.out
    repository.git("checkout", "--quiet", "target")
    repository.stage("ci/known.json", known)
    repository.commit()
    repository.stage("half.py", f"{BUGGY}\n")
    repository.commit()
    later = reviewbot("review", *model, "--commit", "HEAD", "--fail-on", "error")
    assert (later.code, "0 new, 1 known" in later.out) == (0, True)


def test_a_broken_baseline_of_the_repositorys_is_told_with_its_place(
    reviewbot: Reviewbot, repository: Repository, model: Options
) -> None:
    repository.stage(".reviewbot.toml", 'baseline = "known.json"\n')
    repository.stage("known.json", "{")
    run = reviewbot("review", *model)
    assert run.code == 2
    assert "known.json in the index is no JSON: it was cut" in run.err


def test_a_patch_belongs_to_no_repository(
    reviewbot: Reviewbot, repository: Repository, model: Options, report: Path
) -> None:
    repository.stage(".reviewbot.toml", 'baseline = "known.json"\n')
    patch = repository.git("diff", "--cached", "--", "half.py") + "\n"
    run = reviewbot("review", *model, "--diff", "-", stdin=patch.encode())
    assert "no baseline: a patch belongs to no repository" in run.out
    flag = ("--baseline", str(report))
    known = reviewbot("review", *model, "--diff", "-", *flag, stdin=patch.encode())
    assert "0 findings (0 new, 1 known)" in known.out
