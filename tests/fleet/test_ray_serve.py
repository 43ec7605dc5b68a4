"""reviewbot with Ray Serve 2.60 before an application that answers as vLLM does; a replica is
killed in the middle of a prompt. In a network namespace: nothing of it could leave."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Repository, required
from tests.fleet.processes import files
from tests.fleet.ray_serve import rows
from tests.sweep.ray_cluster import environment
from tests.watching import alone, run_watched

_PROMPTS = 20


@pytest.mark.slow
def test_a_replica_that_is_killed_loses_nothing_and_doubles_nothing(
    repository: Repository, tmp_path: Path
) -> None:
    if importlib.util.find_spec("ray") is None or importlib.util.find_spec("ray.serve") is None:
        required("ray.serve.schema")
    for name, text in files(_PROMPTS).items():
        repository.write(name, text)
    repository.git("add", ".")
    log, written = tmp_path / "log", tmp_path / "report.json"
    review = [sys.executable, "-P", "-m", "reviewbot", "review", "--engine", "openai"]
    review += ["--url", "URL", "--linters", "off", "--no-cache", "--slots", "8"]
    review += ["--format", "json", "--output", str(written)]
    serve = [sys.executable, "-m", "tests.fleet.ray_serve", str(log), *review]
    watched = run_watched(
        [*alone("--up"), *serve], repository.path, tmp_path / "strace", environment()
    )
    assert watched.run.code == 0, watched.run.err
    report = json.loads(written.read_text())
    usage = report["usage"]
    assert (report["status"], usage["calls"], usage["failed_calls"]) == ("complete", _PROMPTS, 0)
    ended = Counter(text for what, _, text in rows(log) if what == "ends")
    assert (len(ended), set(ended.values())) == (_PROMPTS, {1})
    # One was begun by a replica that did not end it, and was asked once more.
    begun = Counter(text for what, _, text in rows(log) if what == "begins")
    assert sum(begun.values()) == _PROMPTS + 1
    assert usage["retries"] >= 1
    assert len({replica for what, replica, _ in rows(log) if what == "ends"}) >= 2
    assert all(host.startswith("127.0.0.1:") for host in watched.hosts), watched.hosts
