"""Progress is for a person at a terminal, and for nobody else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import Repository


def on_terminal(repository: Repository, script: str, **environ: str) -> str:
    """What a terminal shows of standard error during a review that takes a second."""
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "reviewbot", "review", "--engine", "scripted"]
    with subprocess.Popen(
        [*command, "--model", script],
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
