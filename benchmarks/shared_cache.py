"""What a team's cache costs: `python -m benchmarks.shared_cache [ROUNDS]`.

A review of 50 files, a prompt each, whose answers are all kept: on this machine; in a Redis on
loopback over TLS alone, as a fresh runner meets it; and nowhere, so that the scripted engine is
asked, which answers at once. All in turn, ROUNDS rounds (default 5); medians by the clock and of
the processors, and ratios round by round. It wants redis-server and the extra `dev`.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import trustme

from benchmarks.hook import REVIEWBOT, Case, Cost, cost, repository, scripted
from reviewbot.cache.sealing import new_key
from tests.redis_server import redis_server

FILES = 50
HERE, SHARED, ASKED = "on this machine", "in the shared one alone", "nowhere"


def authority(folder: Path) -> Path:
    """Its certificate, beside the server's."""
    made, pem = trustme.CA(), folder / "authority.pem"
    made.cert_pem.write_to_path(pem)
    made.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    return pem


def once(case: Case, environ: dict[str, str], calls: int) -> Cost:
    """Time a review, which must ask so often."""
    spent = cost(case, environ)
    usage = json.loads((case.cwd / "report.json").read_text(encoding="utf-8"))["usage"]
    assert usage["calls"] == calls, usage  # noqa: S101
    return spent


def rounds_of(case: Case, environ: dict[str, str], url: str, rounds: int) -> dict[str, list[Cost]]:
    costs: dict[str, list[Cost]] = {HERE: [], SHARED: [], ASKED: []}
    team = environ | {"REVIEWBOT_CACHE": url}
    once(case, team, FILES)  # it is kept on this machine and by the server now
    for _ in range(rounds):
        costs[HERE].append(once(case, environ, 0))
        costs[ASKED].append(once(case, environ | {"REVIEWBOT_CACHE": "off"}, FILES))
        runner = Path(environ["XDG_CACHE_HOME"]).with_name("runner")
        costs[SHARED].append(once(case, team | {"XDG_CACHE_HOME": str(runner)}, 0))
        shutil.rmtree(runner)
    return costs


def table(costs: dict[str, list[Cost]]) -> str:
    lines = ["| answers of 50 chunks | ms | times | ms of processors |", "|---|--:|--:|--:|"]
    for name, found in costs.items():
        ms, used = (1000 * statistics.median(kind) for kind in zip(*map(_both, found), strict=True))
        pairs = zip(found, costs[HERE], strict=True)
        times = statistics.median(one.clock / here.clock for one, here in pairs)
        lines.append(f"| {name} | {ms:.0f} | {times:.2f} | {used:.0f} |")
    return "\n".join(lines)


def _both(one: Cost) -> tuple[float, float]:
    return one.clock, one.used


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pem = authority(work)
        environ = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
        environ |= {"HOME": folder, "SSL_CERT_FILE": str(pem), "REVIEWBOT_CACHE_KEY": new_key()}
        environ |= {"XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder}
        environ["XDG_CACHE_HOME"] = str(work / "here")
        cwd = repository(work / "files", FILES, environ)
        report = f"json={cwd / 'report.json'}"
        options = ("--quiet", "--effort", "plain", "--report", report, *scripted(work, 0.0))
        case = Case((*REVIEWBOT, "review", *options), cwd)
        with redis_server(work, certificate=pem) as server:
            print(table(rounds_of(case, environ, server.url, rounds)))


if __name__ == "__main__":
    main()
