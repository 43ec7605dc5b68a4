"""Progress is for a person at a terminal, and for nobody else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from reviewbot.cli import progress
from reviewbot.cli.progress import watching
from reviewbot.report import EngineInfo
from tests.conftest import Repository


def on_terminal(repository: Repository, script: str, *flags: str, **environ: str) -> str:
    """What a terminal shows of standard error during a review that takes a second."""
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "reviewbot", "review", "--engine", "scripted"]
    with subprocess.Popen(
        [*command, "--model", script, *flags],
        cwd=repository.path,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"} | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        while block := _read(mine):
            shown += block
        assert process.wait() == 0
    os.close(mine)
    return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux says EIO when the other side has closed
        return b""


@pytest.fixture
def slow(repository: Repository, script: Callable[..., str]) -> str:
    repository.stage("a.py", "a = 1\n")
    repository.stage("b\x1b[31m.py", "b = 1\n")
    return script({"seconds": 0.5, "reply": {"findings": []}})


def test_terminal_sees_the_chunks_go_by(repository: Repository, slow: str) -> None:
    shown = on_terminal(repository, slow)
    assert "chunk 1 of 2  a.py" in shown
    assert "chunk 2 of 2  b[31m.py" in shown
    assert "0:00:0" in shown


def test_pre_commit_s_terminal_sees_nothing(repository: Repository, slow: str) -> None:
    assert on_terminal(repository, slow, PRE_COMMIT="1") == ""


@pytest.fixture
def thinking(repository: Repository, script: Callable[..., str]) -> str:
    repository.stage("a.py", "a = 1\n")
    thought = "Is it\x1b[2J one?\n"
    return script({"thought": thought, "reply": {"findings": []}})


def test_a_thought_is_printed_where_it_is_asked_for(repository: Repository, thinking: str) -> None:
    shown = on_terminal(repository, thinking, "--show-thinking", PRE_COMMIT="1")
    assert shown.replace("\r\n", "\n") == "--- thought about a.py\nIs it[2J one?\n\n"


def test_a_thought_stands_above_the_progress_line(repository: Repository, thinking: str) -> None:
    shown = on_terminal(repository, thinking, "--show-thinking")
    assert "Is it[2J one?" in shown


def test_a_thought_is_kept_to_itself_else(repository: Repository, thinking: str) -> None:
    assert "Is it" not in on_terminal(repository, thinking)


def _told(seconds: float, waits: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is told of a wait that lasts so long, where no terminal is."""
    with watching(quiet=False) as observer:
        observer.waits(waits)
        time.sleep(seconds)
        observer.loaded(EngineInfo("ollama", "m"))
    return capsys.readouterr().err


def test_a_long_wait_is_told_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_LONG", 0.05)
    assert _told(1.0, "loading m\x1b[2J", capsys) == "reviewbot: loading m[2J\n"


def test_a_short_wait_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(0.0, "loading m", capsys) == ""
