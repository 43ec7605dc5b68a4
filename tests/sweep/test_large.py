"""A sweep of a thousand commits: what it holds in memory, and that it goes on after kill -9."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repository
from tests.sweep.sweeping import COMMAND, OPTIONS, many_commits, rows_of

_COMMITS = 1_000
_MOST_MB = 500
_WRAPPED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""


def _import(repository: Repository, count: int) -> None:
    subprocess.run(
        ["git", "fast-import", "--quiet"],
        cwd=repository.path,
        input=many_commits(count),
        check=True,
    )


@pytest.mark.slow
def test_a_thousand_commits_take_little_memory_and_survive_a_kill(
    repository: Repository, script: Callable[..., str], tmp_path: Path
) -> None:
    _import(repository, _COMMITS)
    journal = tmp_path / "journal.jsonl"
    engine = ("--engine", "scripted", "--model", script({"reply": {"findings": []}}), *OPTIONS)
    arguments = [*COMMAND, *engine, "--journal", str(journal), "--format", "json"]
    first = subprocess.Popen(
        arguments, cwd=repository.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not journal.is_file() or len(journal.read_bytes().splitlines()) < _COMMITS // 4:
        assert first.poll() is None
        time.sleep(0.2)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    kept = journal.read_bytes().rpartition(b"\n")[0].splitlines()
    whole = {json.loads(line)["key"] for line in kept}
    done = subprocess.run(
        [COMMAND[0], "-c", _WRAPPED, *arguments],
        cwd=repository.path,
        capture_output=True,
        check=True,
        timeout=7200,
    )
    report = json.loads(done.stdout)
    assert report["counts"]["complete"] == _COMMITS
    usage = report["usage"]
    assert usage["calls"] + usage["cached_chunks"] == _COMMITS
    rows = [row["key"] for row in rows_of(journal)]
    assert len(rows) == len(set(rows)) == _COMMITS
    assert whole <= set(rows)
    assert int(done.stderr.decode().split()[-1]) <= _MOST_MB
