"""A sweep on a cluster of several nodes on this machine, by Ray's own test cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Repository, Reviewbot, required
from tests.sweep.sweeping import COMMAND, OPTIONS, ROWS, history

# A node of its own for the head, which reviews nothing, and one that is killed once it works.
_CLUSTER = """
import os, sys, time
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster
small = {"object_store_memory": 80_000_000, "node_ip_address": "127.0.0.1"}
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **small})
nodes = [cluster.add_node(num_cpus=1, **small) for _ in range(2)]
print(cluster.address, flush=True)
journal = sys.argv[1]
if journal:
    while not os.path.exists(journal) or not open(journal).readline():
        time.sleep(0.05)
    cluster.remove_node(nodes[0], allow_graceful=False)
    print("killed", flush=True)
sys.stdin.read()
cluster.shutdown()
"""


JSON = ("--format", "json")


def _comparable(report: dict[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in report if name not in ("timings", "usage", "privacy")}


@pytest.mark.slow
def test_a_cluster_that_loses_a_node_reports_what_this_machine_does(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str], tmp_path: Path
) -> None:
    if subprocess.run([sys.executable, "-c", "import ray"], check=False).returncode:
        required("ray")
    history(repository)
    slow = [row | {"seconds": 1.0} for row in ROWS]
    engine = ("--engine", "scripted", "--model", script(*slow), *OPTIONS, "--no-cache")
    journal = tmp_path / "ray.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", _CLUSTER, str(journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"RAY_USAGE_STATS_ENABLED": "0"},
        text=True,
    ) as cluster:
        assert cluster.stdin is not None
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip()
        try:
            done = subprocess.run(
                [*COMMAND, *engine, "--journal", str(journal), "--ray", address, *JSON],
                cwd=repository.path,
                capture_output=True,
                check=False,
                timeout=600,
            )
            assert done.returncode == 0, done.stderr.decode()
            assert cluster.stdout.readline() == "killed\n"
        finally:
            cluster.stdin.close()
    here = reviewbot("sweep", *engine, "--journal", "here.jsonl", "--format", "json", timeout=300)
    assert _comparable(json.loads(done.stdout)) == _comparable(here.report)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ray", "192.0.2.7:6379"), "192.0.2.7"),
        (("--ray", "192.0.2.7:6379", "--allow-host", "192.0.2.7"), "without TLS"),
    ],
)
def test_a_cluster_elsewhere_must_be_allowed_and_speak_tls(
    reviewbot: Reviewbot,
    repository: Repository,
    script: Callable[..., str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    history(repository)
    engine = ("--engine", "scripted", "--model", script(*ROWS), *OPTIONS)
    run = reviewbot("sweep", *engine, "--journal", "j.jsonl", *arguments)
    assert (run.code, words in run.err) == (2, True), run.err
