"""A fleet that can be held against the model: `python -m benchmarks.fleet_measured [--reviews N]`.

Workers on loopback take a fixed time for each prompt, in the order in which the prompts come, and
stand behind one address, which hands prompts out as the model's policies do. Reviews begin as a
Poisson process has them, each in a process of its own with a change of its own; the processes are
forked from one that has the imports done, so that a busy machine can start enough of them. What is
compared is the time from a review's first prompt to its last answer, as its report says it. The
model is given the moments at which the first prompts came, the same changes and the same workers,
and nothing that was measured of their answers. What a review takes beside its prompts is a figure
of this machine and its other work: its median is printed, and what each review took is dealt out
anew among the model's, for the time of the whole command.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

from benchmarks.fleet_client import WIDTH, environ
from benchmarks.fleet_model import POLICIES, Call, Gpu, Policy, Review, Run, fleet

MODEL, WINDOW = "fixed", 8192
GOAL = 0.15
SEED = 1
CALL = Call(0, 1)


class Line:
    """One worker: a prompt at a time, the rest in the order in which it came."""

    def __init__(self, seconds: float) -> None:
        self.load = 0
        self._seconds = seconds
        self._free_at = 0.0
        self._lock = threading.Lock()

    def serve(self) -> None:
        with self._lock:
            now = time.monotonic()
            self._free_at = max(now, self._free_at) + self._seconds
            ends_at = self._free_at
        time.sleep(max(0.0, ends_at - time.monotonic()))


class Front:
    """The one address of several workers."""

    def __init__(self, workers: int, seconds: float, policy: Policy) -> None:
        self._lines = [Line(seconds) for _ in range(workers)]
        self._policy = policy
        self._lock = threading.Lock()
        self.first: dict[int, float] = {}
        self.last: dict[int, float] = {}

    def serve(self, review: int) -> None:
        """`first` remembers when the first prompt of each review came, `last` when the last was
        answered."""
        with self._lock:
            self.first.setdefault(review, time.monotonic())
            # A line has the one thing that a policy asks of a worker.
            line = self._lines[self._policy(CALL, self._lines)]  # type: ignore[arg-type]
            line.load += 1
        line.serve()
        with self._lock:
            line.load -= 1
            self.last[review] = time.monotonic()


class Handler(BaseHTTPRequestHandler):
    """Speaks as vLLM does, as far as a review asks."""

    front: Front

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            entry = {"id": MODEL, "owned_by": "vllm", "max_model_len": WINDOW}
            self._say(json.dumps({"data": [entry]}))
        else:
            self._say('{"detail": "Not Found"}', 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path != "/v1/chat/completions":
            self._say('{"detail": "Not Found"}', 404)
            return
        named = re.search(rb"review_(\d+)_", body)
        self.front.serve(int(named[1]) if named else -1)
        choice = {"index": 0, "delta": {"content": '{"findings": []}'}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 40, "completion_tokens": 6}
        events = [{"choices": [choice]}, {"choices": [], "usage": usage}]
        lines = [f"data: {json.dumps(event)}\n\n" for event in events]
        self._say("".join([*lines, "data: [DONE]\n\n"]), kind="text/event-stream")

    def _say(self, text: str, status: int = 200, kind: str = "application/json") -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


@contextmanager
def serving(front: Front) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), type("_Handler", (Handler,), {"front": front}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def arrivals(reviews: int, rate: float) -> list[Review]:
    """Reviews of one to eight chunks, most of them small, so many a second."""
    pick, at, made = random.Random(SEED), 0.0, []  # noqa: S311
    for _ in range(reviews):
        at += pick.expovariate(rate)
        chunks = min(8, 1 + int(pick.expovariate(0.8)))
        made.append(Review(at, ((CALL,),) * chunks, WIDTH))
    return made


def prepared(folder: Path, number: int, chunks: int) -> Path:
    """A home folder with a change whose files name the review."""
    home = folder / str(number)
    change = home / "change"
    change.mkdir(parents=True)
    for n in range(chunks):
        text = f"def f{n}(x):\n    return x + {n}\n"
        (change / f"review_{number}_{n}.py").write_text(text, encoding="utf-8")
    for command in (["git", "init", "--quiet", "--template="], ["git", "add", "."]):
        subprocess.run(command, cwd=change, env=environ(home), check=True)
    return home


def check(home: Path, chunks: int) -> None:
    report = json.loads((home / "report.json").read_text(encoding="utf-8"))
    if report["status"] != "complete" or report["usage"]["calls"] != chunks:
        raise SystemExit(f"{home}: {report['status']}, {report['usage']}")


@dataclass(frozen=True, slots=True)
class Measured:
    """Reviews as the fleet saw them; seconds from the first prompt to the last answer, and of each
    whole process."""

    reviews: tuple[Review, ...]
    served: tuple[float, ...]
    whole: tuple[float, ...]

    @property
    def own(self) -> tuple[float, ...]:
        """What each process took beside its prompts."""
        return tuple(w - s for w, s in zip(self.whole, self.served, strict=True))


def measured(reviews: Sequence[Review], front: Front) -> Measured:
    """Each review at its moment, in a process of its own."""
    with tempfile.TemporaryDirectory() as name, serving(front) as url:
        homes = [prepared(Path(name), n, len(one.chunks)) for n, one in enumerate(reviews)]
        command = [sys.executable, "-m", "benchmarks.fleet_client"]
        with subprocess.Popen(
            command, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as client:
            assert client.stdin  # noqa: S101
            assert client.stdout  # noqa: S101
            client.stdout.readline()
            begun = time.monotonic()
            for one, home in zip(reviews, homes, strict=True):
                time.sleep(max(0.0, begun + one.at - time.monotonic()))
                client.stdin.write(f"{home} {url} {time.monotonic()}\n")
            client.stdin.close()
            client.stdout.read()
        for home, one in zip(homes, reviews, strict=True):
            check(home, len(one.chunks))
        whole = tuple(float((home / "seconds").read_text()) for home in homes)
    seen = sorted(front.first.items(), key=lambda item: item[1])
    came = tuple(replace(reviews[number], at=at - begun) for number, at in seen)
    served = tuple(front.last[n] - front.first[n] for n in range(len(reviews)))
    return Measured(came, served, whole)


@dataclass(frozen=True, slots=True)
class Row:
    """p50 and p95 as they were measured and as the model has them."""

    what: str
    real: tuple[float, float]
    model: tuple[float, float]
    own: float

    @property
    def off(self) -> tuple[float, ...]:
        return tuple(abs(m / r - 1) for m, r in zip(self.model, self.real, strict=True))

    def __str__(self) -> str:
        pairs = zip(self.real, self.model, strict=True)
        cells = (f"{real:.2f} | {model:.2f} | {model / real - 1:+.1%}" for real, model in pairs)
        return f"{self.what} | {' | '.join(cells)} | {self.own:.2f}".replace("%", " %")


def rows(found: Measured, run: Run) -> Iterator[Row]:
    """The fleet alone, and the command as a user waits for it."""
    yield Row("fleet", _both(found.served), _both([spent for _, spent in run.seconds]), 0.0)
    drawn = random.Random(SEED).sample(found.own, len(found.own))  # noqa: S311
    whole = [spent + own for (_, spent), own in zip(run.seconds, drawn, strict=True)]
    yield Row("command", _both(found.whole), _both(whole), statistics.median(found.own))


def _both(found: Sequence[float]) -> tuple[float, float]:
    return quantile(found, 0.5), quantile(found, 0.95)


def quantile(found: Sequence[float], share: float) -> float:
    return sorted(found)[min(len(found) - 1, int(share * len(found)))]


def simulated(reviews: Sequence[Review], workers: int, seconds: float, policy: str) -> Run:
    return fleet(Gpu(1, 1 / seconds), workers, policy).run(reviews)


@click.command()
@click.option("--reviews", default=100, show_default=True)
@click.option("--workers", "counts", default="2,4", show_default=True, help="Sizes of the fleet.")
@click.option("--seconds", default=3.0, show_default=True, help="What a prompt takes.")
@click.option("--load", default=0.6, show_default=True, help="Share of the workers' time.")
@click.option("--policy", "policies", default="round_robin,least_loaded", show_default=True)
def main(reviews: int, counts: str, seconds: float, load: float, policies: str) -> None:
    """Measure, print a row for each fleet, and end with 1 where p50 or p95 is 15 % off."""
    print("| workers | policy | what | p50 | model | off | p95 | model | off | own | load |")
    print("|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    chunks = statistics.mean(len(one.chunks) for one in arrivals(10_000, 1))
    worst = 0.0
    for workers in map(int, counts.split(",")):
        for policy in policies.split(","):
            asked = arrivals(reviews, load * workers / seconds / chunks)
            found = measured(asked, Front(workers, seconds, POLICIES[policy](SEED)))
            run = simulated(found.reviews, workers, seconds, policy)
            for row in rows(found, run):
                worst = max(worst, *row.off)
                print(f"| {workers} | {policy} | {row} | {os.getloadavg()[0]:.1f} |", flush=True)
    sys.exit(worst > GOAL)


if __name__ == "__main__":
    main()
