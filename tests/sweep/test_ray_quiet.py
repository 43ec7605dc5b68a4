"""Ray reports its use to nobody, whoever starts it: each address that it sends to is watched, with
the variables of `deploy/ray/ray.env`, or those that `sweep --ray` sets by itself.

All of it in a network namespace: what Ray would say elsewhere is seen, and does not get there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repository
from tests.sweep.ray_cluster import environment, need_ray
from tests.sweep.sweeping import COMMAND, OPTIONS, ROWS, history
from tests.watching import Watched, alone, run_watched

_CALLED = "127.0.0.3:9"
# A sweep on a cluster, and then a task of a node that calls another address than any of these.
_WITH_CLUSTER = """
import os, subprocess, sys
from tests.sweep.ray_cluster import LOOPBACK, cluster
def call():
    import socket
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.3", 9))
with cluster(1) as found:
    done = subprocess.run([*sys.argv[1:], "--ray", found.address])
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    import ray
    ray.init(address=found.address, _node_ip_address=LOOPBACK, logging_level="error")
    ray.get(ray.remote(call).remote())
    ray.shutdown()
sys.exit(done.returncode)
"""
# A sweep that starts its own, and what the processes below it have for a variable meanwhile.
_BY_ITSELF = """
import contextlib, os, pathlib, subprocess, sys, time
journal, *command = sys.argv[1:]
def below(pid):
    tasks = pathlib.Path(f"/proc/{pid}/task").glob("*/children")
    with contextlib.suppress(OSError):
        for child in " ".join(task.read_text() for task in tasks).split():
            yield child
            yield from below(child)
sweep = subprocess.Popen([*command, "--journal", journal, "--ray"])
while sweep.poll() is None and not (os.path.exists(journal) and os.path.getsize(journal)):
    time.sleep(0.05)
for pid in below(sweep.pid):
    process = pathlib.Path(f"/proc/{pid}")
    with contextlib.suppress(OSError):  # it has ended
        words = (process / "environ").read_text().split("\\0")
        told = [word for word in words if word.startswith("RAY_USAGE_STATS_ENABLED=")]
        # One that has ended, and is not yet waited for, has none; and a `ray::` writes its title
        # over them.
        name = (process / "comm").read_text().strip()
        if words != [""] and not name.startswith("ray::"):
            print(name, *told, sep="|")
sys.exit(sweep.wait())
"""


def _swept(
    script: str, repository: Repository, tmp_path: Path, *words: str, **environ: str
) -> Watched:
    need_ray()
    history(repository)
    engine = ("--engine", "scripted", "--model", script, *OPTIONS, "-o", str(tmp_path / "out"))
    command = [*alone("--up"), sys.executable, "-c", *words, *COMMAND, *engine]
    return run_watched(command, repository.path, tmp_path / "log", environ)


@pytest.mark.slow
def test_a_cluster_and_its_sweep_stay_on_this_machine(
    repository: Repository, script: Callable[..., str], tmp_path: Path
) -> None:
    watched = _swept(script(*ROWS), repository, tmp_path, _WITH_CLUSTER, **environment())
    assert watched.run.code == 0, watched.run.err
    hosts = watched.hosts
    assert _CALLED in hosts  # what a node calls is seen
    elsewhere = {host for host in hosts if not host.startswith("127.0.0.1:")}
    assert elsewhere == {_CALLED}
    assert len(hosts) > 5


@pytest.mark.slow
def test_a_sweep_that_begins_a_cluster_by_itself_stays_on_this_machine(
    repository: Repository, script: Callable[..., str], tmp_path: Path
) -> None:
    slow = [row | {"seconds": 1.0} for row in ROWS]
    theirs = {"PYTHONPATH": environment()["PYTHONPATH"], "RAY_USAGE_STATS_ENABLED": "1"}
    journal = str(tmp_path / "journal")
    watched = _swept(script(*slow), repository, tmp_path, _BY_ITSELF, journal, **theirs)
    assert watched.run.code == 0, watched.run.err
    told = dict(line.partition("|")[::2] for line in watched.run.out.splitlines())
    assert {"gcs_server", "raylet", "python"} <= told.keys(), told
    assert set(told.values()) == {"RAY_USAGE_STATS_ENABLED=0"}, told
    hosts = watched.hosts
    assert hosts
    assert all(host.startswith("127.0.0.1:") for host in hosts), hosts


# A head alone that is told where its maker is said to be.
_TOLD = """
import time
from tests.sweep.ray_cluster import cluster
from tests.watching import trapping
with trapping() as trap:
    maker = {"RAY_USAGE_STATS_REPORT_URL": f"http://{trap.address}", "http_proxy": ""}
    ends_at = time.monotonic() + 120
    with cluster(0, environ=maker):
        while not trap.calls and time.monotonic() < ends_at:
            time.sleep(0.1)
    print(len(trap.calls))
"""


@pytest.mark.slow
def test_control_ray_that_is_told_to_report_nothing_is_seen_to_report_that(tmp_path: Path) -> None:
    """Why ray.env has more than RAY_USAGE_STATS_ENABLED=0."""
    need_ray()
    command = [*alone("--up"), sys.executable, "-c", _TOLD]
    watched = run_watched(command, tmp_path, tmp_path / "log", environment())
    assert watched.run.out == "1\n", watched.run
    assert "169.254.169.254:80" in watched.places
