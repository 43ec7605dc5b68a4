"""What a router and a shared cache can do, and what is sent: `python -m benchmarks.fleet_stations`.

vllm-router hands prompts to workers that answer at once. A Redis is asked by the client of
`reviewbot/cache/`: a claim that finds nothing, an answer that is kept, the claim's end; then claims
that find an answer. Counted are the seconds of the servers' own processors (Linux), since client
and server share one here: what one processor of the server's could do. The figures go into
`benchmarks/capacity.toml`.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import click
import httpx
from redis import Redis

from benchmarks.fleet_load import edit, prompts
from reviewbot.cache.link import Link, Server
from reviewbot.cache.shared import SharedCache
from reviewbot.engines.chat_completions import request_body
from reviewbot.network import Door
from reviewbot.review.kept import digest
from tests.engines.fake_openai import CHAT
from tests.fleet.processes import router
from tests.fleet.worker import Worker, working
from tests.redis_server import redis_server

THREADS = 8


def used(process: int) -> float:
    """Seconds of a processor, with those of the process's threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children() -> set[int]:
    return {int(n) for n in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def routed(count: int) -> str:
    """Prompts through vllm-router."""
    bodies = [
        request_body(prompt) | {"model": "fixed"}
        for number in range(count // 3)
        for prompt in prompts(edit(number, 0), 3)
    ]
    before = children()
    with ExitStack() as running:
        urls = [running.enter_context(working(Worker(0.0))).url for _ in range(2)]
        through = running.enter_context(router(urls, "power_of_two")).url
        (process,) = children() - before
        began, spent = time.monotonic(), used(process)

        def ask(body: object) -> None:
            httpx.post(through + CHAT, json=body, trust_env=False).raise_for_status()

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(ask, bodies))
        took, spent = time.monotonic() - began, used(process) - spent
    size = sum(len(json.dumps(body)) for body in bodies) / len(bodies)
    return (
        f"router: {len(bodies) / took:,.0f} prompts a second beside client and workers, "
        f"{len(bodies) / spent:,.0f} for a processor of its own; {size:,.0f} bytes a prompt"
    )


def kept(count: int) -> tuple[str, str]:
    """Rows of a shared cache; the answers are of the usual length."""
    answer = json.dumps({"text": "x" * 300, "finish": "stop", "likeliest": []})
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        key = os.urandom(32)
        first, second = (
            SharedCache(Link(Server(server.url), Door()), key, 1, lambda: 60.0) for _ in range(2)
        )
        names = [digest("question", str(number)) for number in range(count)]
        process = server.process.pid
        began, spent = time.monotonic(), used(process)
        for name in names:
            first.claim(name)
            first.keep(name, answer)
            first.release(name)
        asked = _rate("asked and kept", count, time.monotonic() - began, used(process) - spent)
        began, spent = time.monotonic(), used(process)
        found = sum(second.claim(name) == answer for name in names)
        met = _rate("found", found, time.monotonic() - began, used(process) - spent)
        with Redis(port=server.port) as redis:
            stats = redis.info("stats")
        told = (*first.troubles, *second.troubles)
        first.close()
        second.close()
    assert not told and found == count, told  # noqa: S101, PT018
    sent = sum(int(stats[f"total_net_{way}put_bytes"]) for way in ("in", "out")) / (2 * count)
    return asked, f"{met}; {sent:,.0f} bytes for each"


def _rate(what: str, count: int, took: float, spent: float) -> str:
    return (
        f"cache: {count / took:,.0f} {what} a second by one client beside the server, "
        f"{count / max(spent, 0.01):,.0f} for a processor of its own"
    )


@click.command()
@click.option("--prompts", "prompts_", default=900, show_default=True)
@click.option("--rows", default=5_000, show_default=True)
def main(prompts_: int, rows: int) -> None:
    print(routed(prompts_), flush=True)
    print("\n".join(kept(rows)))


if __name__ == "__main__":
    main()
