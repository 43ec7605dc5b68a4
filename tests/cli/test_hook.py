"""`reviewbot hook`: it advises, and blocks only where it was told to."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import Repository, Reviewbot

CLEAN: dict[str, object] = {"reply": {"findings": []}}
FINDING: dict[str, object] = {
    "reply": {
        "findings": [
            {
                "quote": "a = 1 / 0",
                "problem": "It divides by zero.",
                "category": "correctness",
                "severity": "error",
            }
        ]
    }
}
BROKEN: dict[str, object] = {"error": "HTTP 500"}

Script = Callable[..., str]


def engine(script: Script, *rows: dict[str, object]) -> tuple[str, ...]:
    return ("--engine", "scripted", "--model", script(*rows))


def test_nothing_staged(reviewbot: Reviewbot) -> None:
    run = reviewbot("hook", "pre-commit")
    assert (run.code, run.out, run.err) == (0, "reviewbot: nothing staged to review\n", "")


def test_one_line_when_all_is_well(
    reviewbot: Reviewbot, repository: Repository, script: Script
) -> None:
    repository.stage("a.py", "a = 1\n")
    run = reviewbot("hook", "pre-commit", *engine(script, CLEAN))
    assert run.code == 0
    assert len(run.out.splitlines()) == 1
    assert "0 findings; 1 of 1 changed line reviewed" in run.out


@pytest.mark.parametrize(
    ("row", "options", "code"),
    [
        (FINDING, (), 0),
        (FINDING, ("--fail-on", "error"), 1),
        (BROKEN, (), 0),
        (BROKEN, ("--strict",), 3),
        (BROKEN, ("--fail-on", "error"), 0),
    ],
)
def test_advice_gate_and_strictness(
    reviewbot: Reviewbot,
    repository: Repository,
    script: Script,
    row: dict[str, object],
    options: tuple[str, ...],
    code: int,
) -> None:
    repository.stage("a.py", "a = 1 / 0\n")
    run = reviewbot("hook", "pre-commit", *options, *engine(script, row))
    assert run.code == code
    assert ("INCOMPLETE" in run.out) == (row is BROKEN)


def test_engine_that_is_down_does_not_stop_a_commit(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    repository.stage("a.py", "a = 1\n")
    down = ("--engine", "ollama", "--model", "m", "--url", "http://127.0.0.1:9")
    run = reviewbot("hook", "pre-commit", *down)
    assert run.code == 0
    assert "no Ollama answers at 127.0.0.1:9" in run.out
    assert "1 failed" in run.out


def test_deletion_only_commit_is_seen(
    reviewbot: Reviewbot, repository: Repository, script: Script
) -> None:
    repository.stage("a.py", "check()\nrun()\n")
    repository.commit()
    repository.stage("a.py", "run()\n")
    run = reviewbot("hook", "pre-commit", *engine(script, CLEAN))
    assert "1 of 1 changed line reviewed" in run.out


def test_pre_push_reads_the_refs_from_git(
    reviewbot: Reviewbot, repository: Repository, script: Script
) -> None:
    repository.stage("a.py", "a = 1\n")
    base = repository.commit()
    repository.stage("a.py", "a = 1 / 0\n")
    head = repository.commit()
    line = f"refs/heads/main {head} refs/heads/main {base}\n"
    push = ("hook", "pre-push", *engine(script, FINDING), "origin", "file:///nowhere")
    run = reviewbot(*push, stdin=line.encode())
    assert "a.py:1: error" in run.out
    assert reviewbot(*push, "--fail-on", "error", stdin=line.encode()).code == 1


def install(repository: Repository, script: Script, *options: str) -> None:
    command = [sys.executable, "-m", "reviewbot", "hook", "pre-commit", *options]
    command += engine(script, {"contains": "1 / 0", **FINDING}, CLEAN)
    text = f'#!/bin/sh\n{shlex.join(command)} > "$REVIEW" 2>&1\n'
    repository.write(".git/hooks/pre-commit", text).chmod(0o755)


@pytest.mark.parametrize(
    ("commit", "reviewed"),
    [
        (("commit", "-m", "x"), "a.py:1: error"),
        (("commit", "-am", "x"), "2 of 2 changed lines reviewed"),
        (("commit", "-m", "x", "b.py"), "0 findings; 1 of 1 changed line reviewed"),
    ],
)
def test_git_commit_reviews_what_git_is_about_to_commit(
    repository: Repository, script: Script, commit: tuple[str, ...], reviewed: str
) -> None:
    """`commit -a` and `commit FILE` have an index of their own, named by GIT_INDEX_FILE."""
    repository.stage("b.py", "b = 0\n")
    repository.commit()
    repository.stage("a.py", "a = 1 / 0\n")
    repository.write("b.py", "b = 0\nb = 1\n")
    install(repository, script)
    review = repository.path.parent / "review.txt"
    repository.git(*commit, REVIEW=str(review))
    assert reviewed in review.read_text()


def test_gate_blocks_the_commit(repository: Repository, script: Script) -> None:
    repository.stage("a.py", "a = 1 / 0\n")
    install(repository, script, "--fail-on", "error")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("commit", "-m", "x", REVIEW="/dev/null")


def test_linked_worktree(repository: Repository, script: Script) -> None:
    repository.stage("b.py", "b = 0\n")
    repository.commit()
    install(repository, script)
    linked = Repository(repository.path.parent / "linked")
    repository.git("worktree", "add", "--quiet", str(linked.path), "-b", "side")
    linked.stage("a.py", "a = 1 / 0\n")
    review = linked.path.parent / "review.txt"
    linked.git("commit", "-m", "x", REVIEW=str(review))
    assert "a.py:1: error" in review.read_text()


@pytest.mark.parametrize("stage", ["pre-commit", "pre-push"])
def test_a_hook_that_is_to_be_skipped_says_so_and_imports_nothing(
    repository: Repository, stage: str
) -> None:
    repository.write(".reviewbot.toml", "no_such_key = 1\n")
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", "-m", "reviewbot", "hook", stage, "origin"],
        cwd=repository.path,
        env=os.environ | {"REVIEWBOT_SKIP": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "reviewbot: skipped, as REVIEWBOT_SKIP says"
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "reviewbot" in imported
    assert not imported & {"click", "json", "subprocess", "reviewbot.cli"}


@pytest.mark.parametrize("value", ["", "0"])
def test_a_hook_is_not_skipped_by_a_variable_that_says_no(reviewbot: Reviewbot, value: str) -> None:
    run = reviewbot("hook", "pre-commit", environ={"REVIEWBOT_SKIP": value})
    assert run.out == "reviewbot: nothing staged to review\n"


def test_what_skips_a_hook_does_not_skip_a_review(reviewbot: Reviewbot) -> None:
    run = reviewbot("review", environ={"REVIEWBOT_SKIP": "1"})
    assert (run.code, run.out) == (0, "reviewbot: nothing staged to review\n")


# Ten files, each a chunk: the first is answered at once, the others are slow.
_SLOW: dict[str, object] = {"reply": {"findings": []}, "seconds": 0.6}


def _stage_ten(repository: Repository) -> None:
    for number in range(10):
        repository.stage(f"f{number}.py", f"value = {number}\n")


@pytest.mark.slow
def test_a_hook_stops_at_its_deadline_and_names_what_is_left(
    reviewbot: Reviewbot, repository: Repository, script: Script
) -> None:
    _stage_ten(repository)
    slow = engine(script, CLEAN | {"contains": "f0.py"}, _SLOW | {"seconds": 1.5})
    run = reviewbot("hook", "pre-commit", *slow, environ={"REVIEWBOT_HOOK_DEADLINE": "8"})
    assert run.code == 0
    assert "f9.py: the deadline has passed" in run.out
    assert "INCOMPLETE" in run.out
    (line,) = run.err.splitlines()
    assert "stopped after 8 s; the rest: reviewbot review --commit HEAD (what was answered" in line
    assert "set hook_deadline" in line
    repository.commit()
    rest = reviewbot("review", "--commit", "HEAD", *slow)
    assert "10 of 10 changed lines reviewed (" in rest.out
    assert "from cache" in rest.out


def test_a_hook_that_got_no_answer_in_time_says_so(
    reviewbot: Reviewbot, repository: Repository, script: Script
) -> None:
    repository.stage("a.py", "a = 1\n")
    slow = engine(script, {"reply": {"findings": []}, "seconds": 0.1})
    run = reviewbot("hook", "pre-commit", *slow, "--strict", "--deadline", "0.01")
    assert run.code == 3
    assert "nothing in that time; the rest: reviewbot review; more time" in run.err


@pytest.mark.parametrize("said", [{"REVIEWBOT_HOOK_DEADLINE": "0"}, {"REVIEWBOT_DEADLINE": "60"}])
def test_a_hook_takes_its_time_where_it_may_and_says_what_for(
    reviewbot: Reviewbot, repository: Repository, script: Script, said: dict[str, str]
) -> None:
    _stage_ten(repository)
    if "REVIEWBOT_DEADLINE" in said:
        said = said | {"REVIEWBOT_HOOK_DEADLINE": "0.5"}
    run = reviewbot("hook", "pre-commit", *engine(script, _SLOW), environ=said)
    assert "10 of 10 changed lines reviewed" in run.out
    assert re.fullmatch(
        r"reviewbot: \d+\.\d s: (.*, )?\d+\.\d s for 10 answered calls\n", run.err
    ), run.err


def test_the_refs_of_a_push_have_one_deadline(
    reviewbot: Reviewbot, repository: Repository, script: Script
) -> None:
    heads = []
    for branch in ("one", "two"):
        repository.git("checkout", "-q", "--orphan", branch)
        for number in range(4):
            repository.stage(f"{branch}{number}.py", f"{branch} = {number}\n")
        heads.append((branch, repository.commit()))
    zero = "0" * 40
    lines = "".join(f"refs/heads/{b} {head} refs/heads/{b} {zero}\n" for b, head in heads)
    push = ("hook", "pre-push", *engine(script, _SLOW), "--deadline", "2.5", "o", "file:///x")
    run = reviewbot(*push, stdin=lines.encode())
    assert run.code == 0
    assert "two3.py: the deadline has passed" in run.out
    assert run.out.count("INCOMPLETE") >= 1
    command = run.err.splitlines()[-1].partition("the rest: ")[2]
    assert re.match(r"git diff [0-9a-f]{12} [0-9a-f]{12} \| reviewbot review --diff -", command)
