"""Reviews in the background, as git and a person meet them: real hooks, real workers."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reviewbot.background.room import room_of
from reviewbot.background.status import background_status
from tests.background.conftest import Gate, Ground, answers, until
from tests.conftest import Repository, Run
from tests.engines import fake_openai as fakes

_HOOK = (sys.executable, "-P", "-m", "reviewbot", "hook", "post-commit")


def _calls(run: Run) -> int:
    """Those of a review that is whole."""
    assert run.report["status"] == "complete", run.report["problems"]
    return int(run.report["usage"]["calls"])


def test_a_commit_returns_at_once_and_is_reviewed_meanwhile(ground: Ground, gate: Gate) -> None:
    assert ground.reviewbot("install", "--stage", "post-commit").code == 0
    ground.repository.stage("a.py", "a = 1 / 0\n")
    # Pipes, as a hook manager has them: whoever kept one open would be waited for.
    ground.repository.git("commit", "-m", "x")
    head = ground.repository.git("rev-parse", "HEAD")
    ground.worked()
    (status,) = background_status().rooms
    assert (status.reviewing, status.waiting) == (f"commit {head[:12]}", ())
    assert status.repository == ground.repository.path / ".git"
    gate.open.set()
    (outcome,) = ground.over()
    assert (outcome.name, outcome.status, outcome.findings) == (
        f"commit {head[:12]}",
        "complete",
        1,
    )
    assert ground.is_idle
    (status,) = background_status().rooms
    assert (status.worker, status.reviewing, status.outcomes) == (None, "", (outcome,))
    told = ground.reviewbot(*outcome.command.split()[1:])
    assert "It divides by zero" in told.out
    assert "(1 chunk from cache)" in told.out


def test_many_hooks_at_once_start_one_worker(ground: Ground, gate: Gate) -> None:
    ground.repository.stage("a.py", "a = 1\n")
    ground.repository.commit()
    hooks = [subprocess.Popen(_HOOK, cwd=ground.repository.path) for _ in range(30)]
    assert {hook.wait() for hook in hooks} == {0}
    until(lambda: gate.asked == 1)
    processes = ground.processes()
    workers = [line for line in processes if "background.worker" in line]
    assert len(workers) == 1
    assert len(processes) == 2  # and the one job that it is at
    assert len(ground.room.queued()) <= 1


def test_a_worker_that_is_killed_leaves_nothing_stuck(ground: Ground, gate: Gate) -> None:
    first = ground.commit("a.py", "a = 1 / 0\n")
    os.kill(ground.worked(), signal.SIGKILL)
    until(lambda: ground.room.worker is None)
    (status,) = background_status().rooms
    assert status.waiting == (f"commit {first[:12]}",)
    until(lambda: not ground.processes())  # nor does its job go on
    gate.open.set()
    second = ground.commit("b.py", "b = 1\n")
    outcomes = ground.over()
    assert {one.name: one.status for one in outcomes} == {
        f"commit {first[:12]}": "complete",
        f"commit {second[:12]}": "complete",
    }
    assert ground.is_idle


_IN_TERMINAL = """
import fcntl, os, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp("sh", ["sh", "-c", "git commit -m x; cat"])
"""


def test_another_review_has_the_engine_at_once(ground: Ground, gate: Gate) -> None:
    """What the background was asking is asked again, when the other one is done."""
    ground.commit("a.py", "a = 1 / 0\n")
    until(lambda: gate.asked == 1)  # which is not answered
    ground.repository.stage("b.py", "b = 1\n")
    answer = gate.fake.chat
    gate.fake.chat = fakes.says('{"findings": []}')
    run = ground.reviewbot("review", timeout=200)
    assert "1 of 1 changed line reviewed" in run.out
    gate.fake.chat = answer
    gate.open.set()
    (outcome,) = ground.over()
    assert (outcome.status, outcome.findings) == ("complete", 1)
    assert gate.asked == 3


def test_a_terminal_that_is_closed_does_not_end_it(ground: Ground, gate: Gate) -> None:
    ground.reviewbot("install", "--stage", "post-commit")
    ground.repository.stage("a.py", "a = 1\n")
    terminal, inside = pty.openpty()

    shell = subprocess.Popen(
        [sys.executable, "-c", _IN_TERMINAL],
        cwd=ground.repository.path,
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    worker = ground.worked()
    os.close(terminal)  # the kernel sends SIGHUP to all of its session
    assert shell.wait() != 0
    assert ground.room.worker == worker
    gate.open.set()
    (outcome,) = ground.over()
    assert outcome.status == "complete"


def test_the_newest_commit_comes_first(ground: Ground) -> None:
    ground.room.make(ground.repository.path / ".git")
    lock = ground.room.lock()
    assert lock is not None
    heads = [ground.commit("a.py", f"a = {number}\n") for number in range(3)]
    os.close(lock)
    ground.hook()  # leaves the newest once more, and starts a worker
    done = [one.name for one in reversed(ground.over())]
    assert done == [f"commit {head[:12]}" for head in reversed(heads)]


_BODY = "def work(x):\n    y = {}\n    z = {}\n    return y + z\n"


def test_a_push_asks_nothing_after_it(ground: Ground, tmp_path: Path) -> None:
    """Its commits are edits of one definition: together they are other prompts than each alone."""
    git = ground.repository.git
    git("init", "--quiet", "--bare", str(tmp_path / "there.git"))
    git("remote", "add", "origin", str(tmp_path / "there.git"))
    ground.repository.stage("a.py", _BODY.format(1, 2))
    base = ground.repository.commit()
    git("push", "--quiet", "--no-verify", "origin", "main")
    ground.commit("a.py", _BODY.format("x", 2))
    head = ground.commit("a.py", _BODY.format("x", "x + 1"))
    names = {one.name: one.status for one in ground.over()}
    assert names[f"the push {base[:12]}..{head[:12]}"] == "complete"
    push = ("hook", "pre-push", "--verbose", "origin", str(tmp_path / "there.git"))
    line = f"refs/heads/main {head} refs/heads/main {base}\n"
    run = ground.reviewbot(*push, stdin=line.encode())
    assert "4 of 4 changed lines reviewed (1 chunk from cache)" in run.out
    assert "calls 0," in run.err
    for commit in (head, "HEAD~1"):
        assert _calls(ground.reviewbot("review", "--commit", commit, "--format", "json")) == 0


# An answer that is begun before the deadline is waited for; of two, the second is not asked for.
_SLOW: dict[str, object] = {"reply": {"findings": []}, "seconds": 2.0}


def test_what_a_deadline_leaves_undone_is_done_and_then_foretold(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers(monkeypatch, tmp_path / "slow.jsonl", _SLOW)
    ground.repository.stage("a.py", "a = 1\n")
    ground.repository.stage("b.py", "b = 1\n")
    late = ("hook", "pre-commit", "--deadline", "1")
    run = ground.reviewbot(*late)
    assert run.code == 0
    assert "the rest is being reviewed in the background, then: reviewbot review --com" in run.err
    ground.repository.git("reset", "--quiet")  # the index of then is what counts
    (outcome,) = ground.over()
    assert (outcome.status, outcome.reason) == ("complete", "")
    assert "staged on 4b825dc642cb" in outcome.name
    for name in ("a.py", "b.py"):
        ground.repository.git("add", name)
    again = ground.reviewbot(*late, "--verbose")
    assert "2 of 2 changed lines reviewed (2 chunks from cache)" in again.out
    assert "calls 0," in again.err
    ground.repository.commit()
    assert _calls(ground.reviewbot("review", "--commit", "HEAD", "--format", "json")) == 0

    ground.repository.stage("c.py", "c = 1\n")
    foretold = ground.reviewbot(*late)
    assert "not asked: one answer takes this machine" in foretold.err
    assert "in the background" in foretold.err
    assert "0 of 1 changed line reviewed" in foretold.out
    assert ground.over()[0].status == "complete"
    monkeypatch.setenv("REVIEWBOT_BACKGROUND", "off")
    ground.repository.stage("c.py", "c = 2\n")
    ground.repository.stage("d.py", "d = 2\n")
    tried = ground.reviewbot(*late)
    assert "stopped after 1 s" in tried.err
    assert "background" not in tried.err
    assert ground.is_idle


def test_a_push_that_is_late_leaves_its_commits(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers(monkeypatch, tmp_path / "slow.jsonl", _SLOW)
    ground.repository.stage("a.py", "a = 1\n")
    ground.repository.stage("b.py", "b = 1\n")
    head = ground.repository.commit()
    push = ("hook", "pre-push", "--deadline", "1", "--verbose", "origin", "file:///x")
    line = f"refs/heads/main {head} refs/heads/main {'0' * 40}\n".encode()
    assert "in the background" in ground.reviewbot(*push, stdin=line).err
    (outcome,) = ground.over()
    assert outcome.name == f"the push 4b825dc642cb..{head[:12]}"
    assert "calls 0," in ground.reviewbot(*push, stdin=line).err


def test_what_cannot_be_reviewed_is_dropped_with_the_reason(
    ground: Ground,
) -> None:
    repository = ground.repository
    ground.room.make(repository.path / ".git")
    lock = ground.room.lock()
    assert lock is not None
    ground.commit("a.py", "a = 1\n")
    amended = ground.commit("b.py", "b = 1\n")
    repository.git("commit", "--quiet", "--no-verify", "--amend", "-m", "another")
    repository.stage(".reviewbot.toml", "no_such_key = 1\n")
    repository.commit()
    broken = ground.commit("c.py", "c = 1\n")
    linked = Repository(repository.path.parent / "linked")
    repository.git("worktree", "add", "--quiet", "-b", "side", str(linked.path))
    linked.stage("d.py", "d = 1\n")
    elsewhere = linked.commit()
    ground.reviewbot("hook", "post-commit", cwd=linked.path)
    repository.git("worktree", "remove", "--force", str(linked.path))
    os.close(lock)
    ground.hook()  # leaves the newest once more, and starts a worker
    outcomes = ground.over()
    assert ground.is_idle
    reasons = {one.reason for one in outcomes}
    assert {"no reference leads to it any more", "its working tree is gone"} <= reasons
    assert any("no_such_key" in reason for reason in reasons)
    assert {one.name for one in outcomes if one.status == "dropped"} == {
        f"commit {amended[:12]}",
        f"commit {broken[:12]}",
        f"commit {elsewhere[:12]}",
    }


def test_an_engine_that_is_down_is_asked_again_at_the_next_commit(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = ("--engine", "ollama", "--model", "m", "--url", "http://127.0.0.1:9")
    ground.repository.stage("a.py", "a = 1\n")
    head = ground.repository.commit()
    ground.hook(*down)
    (outcome,) = ground.over()
    assert outcome.status == "waiting"
    assert "127.0.0.1:9" in outcome.reason
    assert [one.job.head for one in ground.room.queued()] == [head]
    ground.hook()  # of the same commit, by the engine that is there
    (outcome,) = ground.over()
    assert outcome.status == "complete"
    assert ground.is_idle


def test_the_rooms_of_repositories_that_are_gone_go(ground: Ground, tmp_path: Path) -> None:
    gone = room_of(tmp_path / "gone")
    gone.make(tmp_path / "gone")
    ground.commit("a.py", "a = 1\n")
    ground.over()
    until(lambda: not gone.folder.exists())
    assert ground.room.folder.exists()


@pytest.mark.parametrize(
    ("sign", "environ"),
    [
        ("rebase-merge", {}),
        ("", {"REVIEWBOT_SKIP": "1"}),
        ("", {"REVIEWBOT_BACKGROUND": "off"}),
        ("", {"REVIEWBOT_CACHE": "off"}),
        ("", {"CI": "true"}),
    ],
)
def test_nothing_is_left_where_it_is_not_wanted(
    ground: Ground, sign: str, environ: dict[str, str]
) -> None:
    ground.repository.stage("a.py", "a = 1\n")
    ground.repository.commit()
    if sign:
        (ground.repository.path / ".git" / sign).mkdir()
    assert ground.reviewbot("hook", "post-commit", environ=environ).code == 0
    assert not ground.room.folder.exists()


def test_the_repository_cannot_start_it(ground: Ground) -> None:
    ground.repository.stage(".reviewbot.toml", 'background = "on"\n')
    run = ground.reviewbot("hook", "pre-commit")
    assert run.code == 2
    assert "`background` is not the repository's to set" in run.err
    assert not ground.room.folder.exists()


def test_keys_stand_in_no_file(ground: Ground, gate: Gate) -> None:
    ground.repository.stage("a.py", "a = 1\n")
    ground.repository.commit()
    names = ("API_KEY", "CACHE_KEY", "CACHE_PASSWORD", "GITLAB_TOKEN")
    key = {f"REVIEWBOT_{name}": "sk-not-to-be-written" for name in names}
    assert ground.reviewbot("hook", "post-commit", environ=key).code == 0
    ground.worked()
    held = [path.read_text() for path in ground.room.folder.rglob("*.json")]
    assert any("REVIEWBOT_ENGINE" in text for text in held)
    assert not any("sk-not" in text for text in held)


def test_the_hook_of_a_commit_imports_nothing_that_takes_time(
    ground: Ground, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWBOT_MIN_CONFIDENCE", "0.5")
    ground.repository.stage("a.py", "a = 1\n")
    ground.repository.commit()
    done = subprocess.run(
        [_HOOK[0], "-X", "importtime", *_HOOK[1:]],
        cwd=ground.repository.path,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "reviewbot.background.room" in imported
    heavy = {"git", "pydantic", "rich", "httpx", "jinja2", "sqlite3", "reviewbot.cli.run"}
    assert imported & heavy == set()
    ground.worked()


def test_the_options_of_the_hook_are_those_of_the_review(ground: Ground) -> None:
    ground.room.make(ground.repository.path / ".git")
    lock = ground.room.lock()
    assert lock is not None
    ground.repository.stage("a.py", "a = 1 / 0\n")
    head = ground.repository.commit()
    (ground.repository.path / "own.toml").write_text('effort = "plain"\n')
    told = ("--temperature", "0", "--allow-host", "a.example", "--config", "own.toml")
    ground.hook(*told)
    (queued,) = ground.room.queued()
    assert queued.job.options["temperature"] == 0
    os.close(lock)
    ground.hook(*told)
    (outcome,) = ground.over()
    assert (outcome.status, outcome.findings) == ("complete", 1)
    review = ("review", "--commit", head, "--format", "json", *told)
    assert _calls(ground.reviewbot(*review)) == 0


def test_status_says_what_is_under_way_waits_and_was_found(ground: Ground, gate: Gate) -> None:
    first = ground.commit("a.py", "a = 1 / 0\n")
    ground.worked()
    second = ground.commit("b.py", "b = 1 / 0\n")
    said = ground.reviewbot("status").out
    assert re.search(rf"under way +commit {first[:12]}", said)
    assert f"commit {second[:12]}" in said
    gate.open.set()
    ground.over()
    said = ground.reviewbot("status").out
    assert f"commit {first[:12]}: 1 finding: reviewbot review --commit {first[:12]}" in said
    facts = json.loads(ground.reviewbot("status", "--json").out)["background"]
    (room,) = facts
    assert room["repository"] == str((ground.repository.path / ".git").resolve())
    assert (room["worker"], room["waiting"]) == (None, [])
