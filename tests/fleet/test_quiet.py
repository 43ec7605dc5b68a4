"""What we start of a fleet tells nobody of its use: each address that it sends to is watched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, required
from tests.fleet.processes import router_is_here
from tests.watching import run_watched

_FLEET = """
import httpx, sys
from tests.fleet.processes import router, workers
with workers(2, 0.1) as urls, router(urls, "cache_aware") as through:
    body = {"model": "fixed", "stream": True, "messages": [{"role": "user", "content": "x"}]}
    for _ in range(3):
        said = httpx.post(through.url + "/v1/chat/completions", json=body, trust_env=False)
        said.raise_for_status()
print("asked")
"""


@pytest.mark.slow
def test_a_router_and_its_workers_stay_on_this_machine(tmp_path: Path) -> None:
    if not router_is_here():
        required("vllm-router")
    environ = {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    watched = run_watched([sys.executable, "-c", _FLEET], tmp_path, tmp_path / "log", environ)
    assert watched.run.out == "asked\n", watched.run.err
    # libc asks a Unix socket for names; a question to a name server would be seen as its address.
    places = watched.places - {"/var/run/nscd/socket"}
    assert len(places) >= 3  # the router and two workers
    assert all(place.startswith("127.0.0.1:") for place in places), places
