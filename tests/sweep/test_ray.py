"""A sweep on a cluster of several nodes on this machine, by Ray's own test cluster."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Repository, Reviewbot
from tests.sweep.ray_cluster import cluster, environment, need_ray
from tests.sweep.sweeping import COMMAND, OPTIONS, ROWS, history
from tests.watching import run_alone


def _comparable(report: dict[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in report if name not in ("timings", "usage", "privacy")}


@pytest.mark.slow
def test_a_cluster_that_loses_a_node_reports_what_this_machine_does(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str], tmp_path: Path
) -> None:
    history(repository)
    # Longer than a node's death takes to be seen, so that it has a review under way.
    slow = [row | {"seconds": 1.0} for row in ROWS]
    engine = ("--engine", "scripted", "--model", script(*slow), *OPTIONS, *("--format", "json"))
    journal = tmp_path / "ray.jsonl"
    with cluster(2, str(journal)) as found:
        where = ("--journal", str(journal), "--ray", found.address)
        done = reviewbot("sweep", *engine, *where, timeout=600)
        assert done.code == 0, done.err
        assert found.out.readline() == "killed\n"
    here = reviewbot("sweep", *engine, "--journal", "here.jsonl", timeout=300)
    assert _comparable(done.report) == _comparable(here.report)


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


# A cluster at an address that is not loopback's and yet on this machine, whose nodes have a key of
# their own. Whoever speaks to it must hold the authority's certificate.
_ELSEWHERE = "10.9.8.7"
_WITH_TLS = f"""
import os, socket, ssl, subprocess, sys
from tests.engines.fake_openai import MODEL, vllm
from tests.serving import serving
from tests.sweep.ray_cluster import cluster, tls
fake, mine = vllm(), {{"REVIEWBOT_API_KEY": "mine"}}
certificates = tls("{_ELSEWHERE}")
theirs = certificates | {{"REVIEWBOT_API_KEY": "nodes"}}
with serving(fake.answer) as fake.served, cluster(1, host="{_ELSEWHERE}", environ=theirs) as found:
    engine = ["--engine", "openai", "--url", fake.url, "--model", MODEL]
    command = [*sys.argv[1:], *engine, "--ray", found.address, "--allow-host", "{_ELSEWHERE}"]
    done = subprocess.run(command, env=os.environ | certificates | mine)
    print({{one.headers.get("authorization") for one in fake.served.seen}})
    context = ssl.create_default_context(cafile=certificates["RAY_TLS_CA_CERT"])
    context.set_alpn_protocols(["h2"])
    host, _, port = found.address.rpartition(":")
    def said():
        with socket.create_connection((host, int(port))) as plain:
            try:
                return len(context.wrap_socket(plain, server_hostname=host).recv(1))
            except ssl.SSLError as error:
                return error.reason
    print(said())
    context.load_cert_chain(certificates["RAY_TLS_SERVER_CERT"], certificates["RAY_TLS_SERVER_KEY"])
    print(said())
sys.exit(done.returncode)
"""


@pytest.mark.slow
def test_a_cluster_elsewhere_is_spoken_to_by_tls_and_sent_no_key(
    repository: Repository, tmp_path: Path
) -> None:
    need_ray()
    history(repository)
    out = ("--journal", str(tmp_path / "journal"), "-o", str(tmp_path / "out"), "--format", "json")
    command = [sys.executable, "-c", _WITH_TLS, *COMMAND, *OPTIONS, *out]
    options = ["--up", "--address", _ELSEWHERE]
    run = run_alone(command, repository.path, environment(), options)
    assert run.code == 0, run.err
    keys, without_certificate, with_certificate = run.out.splitlines()
    assert keys == "{'Bearer nodes'}"
    assert (without_certificate, with_certificate) == ("0", "1"), run.out
    counts = json.loads((tmp_path / "out").read_text())["counts"]
    assert counts["complete"] == counts["found"] > 0
