"""Whole reviews by the command, at a server that is full, or that somebody else uses as well."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repository, Reviewbot, Run
from tests.fleet.processes import files
from tests.fleet.worker import Worker, working

Review = Callable[..., Run]
_HOOK = b"""--- /dev/null
+++ b/hook.py
@@ -0,0 +1,2 @@
+def hook(x):
+    return eval(x)
"""


@pytest.fixture
def review(repository: Repository, reviewbot: Reviewbot) -> Review:
    """Reviews small files; each is one prompt."""

    def run(url: str, count: int, *options: str) -> Run:
        for name, text in files(count).items():
            repository.write(name, text)
        repository.git("add", ".")
        return reviewbot(
            *("review", "--engine", "openai", "--url", url, "--format", "json"),
            *("--linters", "off", "--no-cache", *options),
            timeout=200,
        )

    return run


def test_a_server_that_refuses_has_all_of_it_in_the_end(review: Review) -> None:
    with working(Worker(0.2, slots=2, queue=1)) as worker:
        run = review(worker.url, 30, "--slots", "16")
    assert (run.code, run.report["status"]) == (0, "complete")
    assert len(worker.answered) == len(set(worker.answered)) == 30
    usage = run.report["usage"]
    assert (usage["calls"], usage["failed_calls"]) == (30, 0)
    assert usage["retries"] == worker.refused > 0
    # Of 30 prompts, 16 at once would be refused some hundred times until the last had its turn.
    assert worker.refused <= 40


def test_a_hooks_prompt_waits_behind_few_of_a_large_merge_request(
    review: Review, reviewbot: Reviewbot, tmp_path: Path
) -> None:
    """At a server that lets everybody wait; another user's, so no turns are taken."""
    with working(Worker(0.5, slots=2)) as worker:
        runs: list[Run] = []
        wide = ("--slots", "64")
        large = threading.Thread(target=lambda: runs.append(review(worker.url, 60, *wide)))
        large.start()
        while len(worker.answered) < 24:
            time.sleep(0.05)
        hook = reviewbot(
            *("review", "--engine", "openai", "--url", worker.url, "--format", "json"),
            *("--linters", "off", "--no-cache", "--diff", "-"),
            stdin=_HOOK,
            environ={"XDG_CACHE_HOME": str(tmp_path / "another")},
        )
        large.join()
    assert [run.report["status"] for run in (*runs, hook)] == ["complete", "complete"]
    assert len(worker.answered) == len(set(worker.answered)) == 61
    (ahead,) = (count for text, count in worker.ahead.items() if "def hook" in text)
    assert ahead <= 12  # of 36 that are left, all of which 64 slots would hold
