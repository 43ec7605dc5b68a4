"""reviewbot before the real nginx with `deploy/proxy/nginx.conf`, the real vllm-router behind it
and workers that answer as vLLM does."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Repository, Reviewbot, Run
from tests.engines.fake_openai import CHAT, begin, delta, row
from tests.fleet.processes import Router, files, router
from tests.fleet.proxy import CONF, Proxy, limited, proxy
from tests.fleet.worker import Worker, working
from tests.serving import Handler, Request, unused_port

pytestmark = pytest.mark.slow

_PROMPT = {"model": "fixed", "stream": True, "messages": [{"role": "user", "content": "x"}]}


@dataclass
class Fleet:
    router: Router
    workers: list[Worker]
    proxy: Proxy

    @property
    def answered(self) -> int:
        return sum(len(worker.answered) for worker in self.workers)

    @property
    def asked(self) -> int:
        return sum(one.path == CHAT for worker in self.workers for one in worker.served.seen)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with ExitStack() as running:
        workers = [running.enter_context(working(Worker(0.1, slots=4))) for _ in range(2)]
        through = running.enter_context(router([one.url for one in workers], "round_robin"))
        before = running.enter_context(proxy(tmp_path_factory.mktemp("proxy"), through.url))
        yield Fleet(through, workers, before)


def _review(
    repository: Repository, reviewbot: Reviewbot, url: str, environ: Mapping[str, str], count: int
) -> Run:
    for name, text in files(count).items():
        repository.write(name, text)
    repository.git("add", ".")
    return reviewbot(
        *("review", "--engine", "openai", "--url", url, "--format", "json"),
        *("--linters", "off", "--no-cache"),
        environ=environ,
    )


# What is let through


def test_a_review_through_tls_a_key_a_proxy_and_a_router(
    fleet: Fleet, repository: Repository, reviewbot: Reviewbot
) -> None:
    before = fleet.answered
    run = _review(repository, reviewbot, fleet.proxy.url, fleet.proxy.environ, 8)
    assert (run.code, run.report["status"]) == (0, "complete"), run.err
    usage = run.report["usage"]
    assert (usage["calls"], usage["failed_calls"], usage["retries"]) == (8, 0, 0)
    assert fleet.answered == before + 8
    assert run.report["engine"]["window"] == 8192
    assert all(worker.answered for worker in fleet.workers)  # slots and workers were told
    assert run.report["privacy"]["connections"] == [f"127.0.0.1:{fleet.proxy.port} (localhost)"]


def test_a_long_prompt_passes_and_is_written_to_no_disk(fleet: Fleet) -> None:
    long = _PROMPT | {"messages": [{"role": "user", "content": "x" * 12_000_000}]}
    with fleet.proxy.client() as client:
        assert client.post(CHAT, json=long).is_success
    assert "temporary file" not in fleet.proxy.log.read_text()


def test_a_reply_is_handed_on_piece_by_piece(tmp_path: Path) -> None:
    """The worker writes no further piece until the one before has been read."""
    worker = _Stepwise()
    with (
        working(worker),
        proxy(tmp_path, worker.url) as through,
        through.client() as client,
        client.stream("POST", CHAT, json=_PROMPT) as reply,
    ):
        pieces = [_step(worker, line) for line in reply.iter_lines() if "content" in line]
    assert pieces == ["0", "1", "2"]


@dataclass
class _Stepwise(Worker):
    seconds: float = 0
    was_read: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))

    def answer(self, handler: Handler, request: Request) -> None:
        assert request.path == CHAT
        begin(handler)
        for n in range(3):
            assert self.was_read.acquire(timeout=30)
            handler.wfile.write(row(delta(str(n))))


def _step(worker: _Stepwise, line: str) -> str:
    worker.was_read.release()
    said = json.loads(line.removeprefix("data: "))
    return str(said["choices"][0]["delta"]["content"])


def test_a_client_that_hangs_up_lets_the_worker_stop(tmp_path: Path) -> None:
    worker = _Endless()
    with ExitStack() as running:
        running.enter_context(working(worker))
        through = running.enter_context(router([worker.url], "round_robin"))
        client = running.enter_context(running.enter_context(proxy(tmp_path, through.url)).client())
        with client.stream("POST", CHAT, json=_PROMPT) as reply:
            assert next(reply.iter_lines())
        assert worker.stopped.wait(60)


@dataclass
class _Endless(Worker):
    seconds: float = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: Handler, request: Request) -> None:
        if request.path != CHAT:
            return super().answer(handler, request)
        begin(handler)
        try:
            while not self.served.over.wait(0.02):
                handler.wfile.write(row(delta("a piece of a reply")))
        except OSError:
            self.stopped.set()


def test_one_connection_may_ask_many_times(fleet: Fleet) -> None:
    with fleet.proxy.client() as client:
        ports = set()
        for key in ("", "wrong", ""):
            said = {"authorization": f"Bearer {key or fleet.proxy.key}"}
            reply = client.post(CHAT, json=_PROMPT, headers=said)
            assert reply.status_code == (401 if key else 200)
            ports.add(reply.extensions["network_stream"].get_extra_info("client_addr"))
        assert len(ports) == 1


# What is not


@pytest.mark.parametrize(
    ("wrong", "says", "remedy"),
    [
        ({"REVIEWBOT_API_KEY": ""}, "401: the proxy knows no such key", "set its key in"),
        (
            {"REVIEWBOT_API_KEY": "0" * 64},
            "401: the proxy knows no such",
            "check REVIEWBOT_API_KEY",
        ),
        ({"SSL_CERT_FILE": os.devnull}, "its certificate does not hold", "SSL_CERT_FILE"),
    ],
)
def test_who_is_refused_is_told_why_and_what_to_do(
    fleet: Fleet,
    repository: Repository,
    reviewbot: Reviewbot,
    wrong: dict[str, str],
    says: str,
    remedy: str,
) -> None:
    before = fleet.asked
    run = _review(repository, reviewbot, fleet.proxy.url, fleet.proxy.environ | wrong, 1)
    assert run.report["status"] != "complete"
    (problem,) = run.report["problems"]
    assert says in problem
    assert remedy in problem
    assert fleet.asked == before


def test_plain_http_is_told_as_what_it_is(
    fleet: Fleet, repository: Repository, reviewbot: Reviewbot
) -> None:
    url = fleet.proxy.url.replace("https", "http")
    run = _review(repository, reviewbot, url, fleet.proxy.environ, 1)
    (problem,) = run.report["problems"]
    assert "HTTP 400: The plain HTTP request was sent to HTTPS port" in problem
    assert "<" not in problem


_CHANGING = (
    *(("POST", path) for path in ("/add_worker", "/remove_worker", "/workers", "/flush_cache")),
    *(("POST", path) for path in ("/v1/load_lora_adapter", "/sleep", "/api/pull", "/api/create")),
    *(("DELETE", path) for path in ("/workers", "/api/delete", "/workers/WORKER")),
    *(("PUT", "/workers"), ("GET", "/list_workers"), ("GET", "/get_loads"), ("GET", "/metrics")),
    *(("POST", path) for path in ("//workers", "/v1/../workers", "/v1/..%2fadd_worker")),
    *(("POST", path) for path in ("/add_worker/../workers", "/tokenize/../add_worker")),
)


@pytest.mark.parametrize(("method", "path"), _CHANGING)
def test_who_has_a_key_changes_nothing_behind_the_proxy(
    fleet: Fleet, method: str, path: str
) -> None:
    """Such a one could add a worker of its own, and be sent everybody's code."""
    before = sorted(fleet.router.get("/list_workers")["urls"])
    mine = f"http://127.0.0.1:{unused_port()}"
    body = json.dumps({"url": mine}).encode()
    target = path.replace("WORKER", before[0].replace("/", "%2f").replace(":", "%3a"))
    status, said = _raw(fleet.proxy, method, f"{target}?url={mine}", body)
    assert status in (403, 404), said
    assert sorted(fleet.router.get("/list_workers")["urls"]) == before


def test_control_the_router_itself_lets_anybody_add_a_worker(fleet: Fleet) -> None:
    with working(Worker(0.1)) as another:
        asked: dict[str, Any] = {"json": {"url": another.url}, "trust_env": False, "timeout": 60}
        assert httpx.post(f"{fleet.router.url}/workers", **asked).is_success
        assert another.url in fleet.router.get("/list_workers")["urls"]
        fleet.router.remove(another.url)


@pytest.mark.parametrize(
    "path",
    [
        "/add_worker/../v1/models",
        "//v1/models",
        "/v1/models?url=x",
        "/v1/models%0a",
        "/x%2f../v1/models",
    ],
)
def test_a_path_arrives_as_the_word_that_it_was_taken_for(tmp_path: Path, path: str) -> None:
    with working(Worker(0)) as worker, proxy(tmp_path, worker.url) as through:
        assert _raw(through, "GET", path)[0] == 200
        assert [one.path for one in worker.served.seen] == ["/v1/models"]


def _raw(through: Proxy, method: str, target: str, body: bytes = b"") -> tuple[int, str]:
    """The status and the text of an answer to a path that no client would tidy up."""
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    head += f"Authorization: Bearer {through.key}\r\nContent-Length: {len(body)}\r\n\r\n"
    with (
        socket.create_connection(("127.0.0.1", through.port), timeout=60) as bare,
        through.tls.wrap_socket(bare, server_hostname="localhost") as secure,
    ):
        secure.sendall(head.encode() + body)
        said = b"".join(iter(lambda: secure.recv(65536), b"")).decode()
    return int(said.split()[1]), said


# A worker that has too much to do


@dataclass
class _Refusing(Worker):
    seconds: float = 0
    status: int = 429

    def answer(self, handler: Handler, request: Request) -> None:
        if request.path == CHAT:
            handler.say('{"error": {"message": "full"}}', self.status, retry_after="7")
        else:
            super().answer(handler, request)


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_comes_through_as_it_is(tmp_path: Path, status: int) -> None:
    with ExitStack() as running:
        worker = running.enter_context(working(_Refusing(status=status)))
        through = running.enter_context(router([worker.url], "round_robin"))
        client = running.enter_context(running.enter_context(proxy(tmp_path, through.url)).client())
        reply = client.post(CHAT, json=_PROMPT)
    assert (reply.status_code, reply.headers["retry-after"]) == (status, "7")
    assert reply.json() == {"error": {"message": "full"}}


def test_a_router_that_is_gone_is_told_in_words(
    tmp_path: Path, repository: Repository, reviewbot: Reviewbot
) -> None:
    with proxy(tmp_path, f"http://127.0.0.1:{unused_port()}") as through:
        run = _review(repository, reviewbot, through.url, through.environ, 1)
    (problem,) = run.report["problems"]
    assert "HTTP 502: Bad Gateway" in problem


def test_a_key_held_to_two_prompts_has_all_of_them_in_the_end(
    fleet: Fleet, tmp_path: Path, repository: Repository, reviewbot: Reviewbot
) -> None:
    before = fleet.asked
    with proxy(tmp_path, fleet.router.url, limited(CONF.read_text(), 2)) as through:
        run = _review(repository, reviewbot, through.url, through.environ, 12)
    assert (run.code, run.report["status"]) == (0, "complete"), run.err
    assert run.report["usage"]["retries"] > 0
    assert fleet.asked == before + 12  # the router never saw what the proxy refused
