"""End to end with the real engine: llama.cpp and the SmolLM2 weights, from git to report.

A model of 135 million parameters cannot review; what is proven is that the way is real.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import TEST_MODELS, Repository, Reviewbot, required

pytestmark = pytest.mark.engine

CHOSEN = ("--engine", "embedded", "--model", "smollm2-135m")


@pytest.fixture
def models() -> dict[str, str]:
    if not (TEST_MODELS / ".made").exists():
        required("engine")
    return {"REVIEWBOT_MODELS_DIR": str(TEST_MODELS)}


def test_review_with_a_real_model(
    reviewbot: Reviewbot, repository: Repository, models: dict[str, str]
) -> None:
    repository.stage(
        "half.py", "def half(x):\n    return x / 0\n\n\ndef twice(x):\n    return x + x\n"
    )
    repository.stage("uv.lock", "x\n")
    run = reviewbot("review", *CHOSEN, "--format", "json", environ=models, timeout=180)
    report = run.report
    assert run.code == (0 if report["status"] == "complete" else 3)
    assert report["engine"]["window"] == 4096
    assert len(report["engine"]["digest"]) == 64
    assert report["usage"]["calls"] >= 1
    assert report["usage"]["prompt_tokens"] > 400
    counts = {entry["path"]: entry for entry in report["coverage"]}
    assert counts["half.py"]["reviewed"] + counts["half.py"]["failed"] == 6
    assert counts["uv.lock"] == {
        "path": "uv.lock",
        "old_path": "",
        "reviewed": 0,
        "skipped": 1,
        "failed": 0,
        "reason": "lock file",
        "left_out": [],
    }
    (connection,) = report["privacy"]["connections"]
    assert connection.startswith("unix:")
    for entry in report["findings"]:
        assert entry["path"] == "half.py"
        assert 1 <= entry["start_line"] <= 6


def test_verbose_says_what_it_cost(
    reviewbot: Reviewbot, repository: Repository, models: dict[str, str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    run = reviewbot("review", "-v", *CHOSEN, environ=models, timeout=180)
    assert "calls 1, prompt tokens" in run.err
    assert "connections: unix:" in run.err


def processes(folder: Path) -> list[str]:
    """Command lines of this user's engine processes that were started in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode()
            if "llama_process" in command and (process / "cwd").readlink() == folder:
                found.append(command)
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interruption_leaves_no_engine_behind(
    repository: Repository, models: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    repository.stage("a.py", "a = 1\n" * 400)
    private = tmp_path / "private"
    private.mkdir()
    environ = os.environ | models | {"TMPDIR": str(private)}
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewbot", "review", *CHOSEN],
        cwd=repository.path,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not list(private.glob("*/engine.sock")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes(repository.path)
    process.send_signal(number)
    assert process.wait(timeout=20) == (130 if number is not signal.SIGKILL else -signal.SIGKILL)
    deadline = time.monotonic() + 10
    while processes(repository.path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes(repository.path) == []
    if number is not signal.SIGKILL:
        assert list(private.iterdir()) == []
