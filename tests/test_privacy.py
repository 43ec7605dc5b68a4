"""The law, proven on whole runs: a review opens its engine's address and nothing else.

Each proof has a control: the same harness around something that does call out must say so.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewbot.cache.sealing import new_key
from reviewbot.engines.embedded import installed
from tests.certificates import certified
from tests.conftest import ROOT, TEST_MODELS, Repository, required
from tests.engines.fake_ollama import FakeOllama, fake_ollama
from tests.redis_server import redis_server
from tests.watching import Trap, places, run_alone, run_here, run_watched, trapping

PYTHON = (sys.executable, "-c")
REVIEW = (sys.executable, "-m", "reviewbot", "review", "--format", "json")
CLEAN: dict[str, object] = {"reply": {"findings": []}}


@pytest.fixture
def staged(repository: Repository) -> Repository:
    repository.stage("half.py", "def half(x):\n    return x / 0\n")
    return repository


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with fake_ollama() as fake:
        yield fake


@pytest.fixture
def trap() -> Iterator[Trap]:
    with trapping() as found:
        yield found


@pytest.fixture
def embedded() -> tuple[str, ...]:
    if not installed() or not (TEST_MODELS / ".made").exists():
        required("engine")
    return ("--engine", "embedded", "--model", "smollm2-135m")


WEIGHTS = {"REVIEWBOT_MODELS_DIR": str(TEST_MODELS)}


# In a namespace of its own

_CALL_OUT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)
except OSError as error:
    sys.exit(error.strerror)
"""


def test_control_a_run_alone_reaches_not_even_loopback(trap: Trap, tmp_path: Path) -> None:
    call = [*PYTHON, _CALL_OUT, "127.0.0.1", str(trap.port)]
    assert "unreachable" in run_alone(call, tmp_path).err
    # Its own loopback, on which nobody listens: the port is one of another namespace.
    assert "refused" in run_alone(call, tmp_path, options=["--up"]).err
    assert trap.calls == []


@pytest.mark.engine
def test_the_embedded_engine_reviews_without_any_interface(
    staged: Repository, embedded: tuple[str, ...]
) -> None:
    run = run_alone([*REVIEW, *embedded], staged.path, WEIGHTS)
    report = run.report
    assert report["usage"]["calls"] == 1, run.err
    assert report["usage"]["completion_tokens"] > 0
    (connection,) = report["privacy"]["connections"]
    assert connection.startswith("unix:")


# A fake server and a review in one process tree: nobody outside can be reached.
_WITH_OLLAMA = """
import subprocess, sys
from tests.engines.fake_ollama import fake_ollama
with fake_ollama() as fake:
    command = [sys.executable, "-m", "reviewbot", "review", "--format", "json", *sys.argv[1:]]
    done = subprocess.run([*command, "--engine", "ollama", "--url", fake.url])
    print(len(fake.chats), "chats", file=sys.stderr)
sys.exit(done.returncode)
"""


def test_ollama_reviews_with_loopback_alone(staged: Repository) -> None:
    run = run_alone([*PYTHON, _WITH_OLLAMA], staged.path, options=["--up"])
    assert run.code == 0, run.err
    assert run.report["status"] == "complete"
    assert run.err.endswith("1 chats\n")
    (connection,) = run.report["privacy"]["connections"]
    assert connection.startswith("127.0.0.1:")


# A machine that is not this one: its address is loopback's second one, so TLS and policy meet a
# real socket. Its certificate is signed by an authority that the system's store does not hold.
_OTHER = "10.9.8.7"
_WITH_OTHER_HOST = f"""
import os, ssl, sys, trustme
from tests.serving import serving
from tests.test_network import _get, _hello
from reviewbot.errors import RefusedError
from reviewbot.endpoint import HostPolicy

def outcome(url, *hosts, plaintext=False):
    try:
        return _get(url, HostPolicy(frozenset(hosts), plaintext)).text
    except RefusedError as error:
        return error.message
    except Exception as error:
        return str(error)

authority = trustme.CA()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert("{_OTHER}").configure_cert(context)
authority.cert_pem.write_to_path("authority.pem")
with serving(_hello, host="{_OTHER}", tls=context) as tls, serving(_hello, host="{_OTHER}") as bare:
    print(outcome(tls.url))
    print(outcome(tls.url, "{_OTHER}"))
    os.environ["SSL_CERT_FILE"] = "authority.pem"
    print(outcome(tls.url, "{_OTHER}"))
    print(outcome(bare.url, "{_OTHER}"))
    print(outcome(bare.url, "{_OTHER}", plaintext=True))
    print(len(tls.seen), len(bare.seen))
"""


def test_another_machine_gets_code_by_name_and_with_tls_that_holds(tmp_path: Path) -> None:
    options = ["--up", "--address", _OTHER]
    run = run_alone([*PYTHON, _WITH_OTHER_HOST], tmp_path, options=options)
    refused, unknown, trusted, plain, agreed, seen = run.out.splitlines()
    assert "is not this machine" in refused
    assert "certificate verify failed" in unknown
    assert trusted == "hello"
    assert "unencrypted" in plain
    assert agreed == "hello"
    assert seen == "1 1"


# Under strace


def test_control_strace_sees_each_way_out(trap: Trap, tmp_path: Path) -> None:
    calls = f"""
import os, socket, subprocess, sys
socket.create_connection(("127.0.0.1", {trap.port})).close()
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.2", 53))
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ("::1", 54))
try:
    socket.socket(socket.AF_UNIX).connect("/absent/socket")
except OSError:
    pass
child = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.3', 9))"
subprocess.run([sys.executable, "-c", child])
"""
    watched = run_watched([*PYTHON, calls], tmp_path, tmp_path / "log")
    expected = {trap.address, "127.0.0.2:53", "::1:54", "/absent/socket", "127.0.0.3:9"}
    assert watched.places == expected


def test_an_address_that_strace_cannot_name_is_still_a_place() -> None:
    assert list(places(["7 connect(3, {sa_family=AF_VSOCK, svm_cid=2}, 16) = 0"])) != []


def test_a_review_with_ollama_opens_its_address_alone(
    staged: Repository, ollama: FakeOllama, tmp_path: Path
) -> None:
    command = [*REVIEW, "--engine", "ollama", "--url", ollama.url]
    watched = run_watched(command, staged.path, tmp_path / "log")
    assert watched.run.report["status"] == "complete", watched.run
    assert len(ollama.chats) == 1
    address = f"127.0.0.1:{ollama.served.port}"
    assert watched.places == {address}
    assert watched.run.report["privacy"]["connections"] == [address]


def test_with_a_shared_cache_the_engines_address_and_its_own_are_opened_alone(
    staged: Repository, ollama: FakeOllama, trap: Trap, tmp_path: Path
) -> None:
    """Over TLS, whatever the environment says; by a desk, and by a runner that asks nothing."""
    pem = certified(tmp_path, "127.0.0.1")
    lures = _lures(trap) | {"REDIS_URL": f"redis://{trap.address}", "SSL_CERT_FILE": str(pem)}
    command = [*REVIEW, "--engine", "ollama", "--url", ollama.url]
    lures |= {"REVIEWBOT_CACHE_KEY": new_key()}
    with redis_server(tmp_path, certificate=pem) as server:
        lures |= {"REVIEWBOT_CACHE": f"rediss://127.0.0.1:{server.port}/1"}
        for number in range(2):
            environ = lures | {"XDG_CACHE_HOME": str(tmp_path / f"home-{number}")}
            watched = run_watched(command, staged.path, tmp_path / f"log-{number}", environ)
            expected = {f"127.0.0.1:{port}" for port in (ollama.served.port, server.port)}
            assert watched.run.report["usage"]["calls"] == 1 - number, watched.run
            assert watched.places == expected == set(watched.run.report["privacy"]["connections"])
    assert trap.calls == []
    assert len(ollama.chats) == 1


@pytest.mark.engine
def test_a_review_with_the_embedded_engine_opens_its_socket_alone(
    staged: Repository, embedded: tuple[str, ...], tmp_path: Path
) -> None:
    watched = run_watched([*REVIEW, *embedded], staged.path, tmp_path / "log", WEIGHTS)
    report = watched.run.report
    assert report["usage"]["calls"] == 1
    assert [f"unix:{place}" for place in watched.places] == report["privacy"]["connections"]


# Two reviews that leave a worker behind, whose engine the second one has, and the worker's end.
_WITH_WORKER = """
set -e
for number in 1 2; do "$@"; done
"$1" -m reviewbot status --stop
"""


def _with_worker(staged: Repository, log: Path, options: tuple[str, ...], **more: str) -> None:
    command = ["sh", "-c", _WITH_WORKER, "sh", *REVIEW, *options, "--no-cache"]
    environ = WEIGHTS | {"REVIEWBOT_WARM_MINUTES": "5"} | more
    watched = run_watched([*command, "-o", str(log.parent / "report")], staged.path, log, environ)
    assert watched.run.out == "stopped\n", watched.run
    report = json.loads((log.parent / "report").read_text())
    assert report["usage"]["calls"] == 1
    assert {f"unix:{place}" for place in watched.places} == set(report["privacy"]["connections"])
    assert len(watched.places) == 2


def test_reviews_with_a_worker_open_its_socket_and_its_engines_alone(
    staged: Repository, tmp_path: Path
) -> None:
    model = tmp_path / "model.gguf"
    model.write_text("{}")
    options = ("--engine", "embedded", "--model", str(model))
    fake = str(ROOT / "tests" / "engines" / "fake_llama")
    _with_worker(staged, tmp_path / "log", options, PYTHONPATH=f"{fake}{os.pathsep}{ROOT}")


@pytest.mark.engine
def test_so_they_do_with_llama_cpp_itself(
    staged: Repository, embedded: tuple[str, ...], tmp_path: Path
) -> None:
    _with_worker(staged, tmp_path / "log", embedded)


def test_a_review_without_a_server_opens_nothing(
    staged: Repository, script: Callable[..., str], tmp_path: Path
) -> None:
    command = [*REVIEW, "--engine", "scripted", "--model", script(CLEAN)]
    watched = run_watched(command, staged.path, tmp_path / "log")
    assert watched.run.report["status"] == "complete"
    assert watched.places == frozenset()


def test_a_refused_host_is_not_even_asked_for(staged: Repository, tmp_path: Path) -> None:
    command = [*REVIEW, "--engine", "ollama", "--url", "https://10.9.8.7"]
    watched = run_watched(command, staged.path, tmp_path / "log")
    assert watched.run.code == 2
    assert "--allow-host 10.9.8.7" in watched.run.err
    assert watched.places == frozenset()


# Variables that lead other programs elsewhere


def _lures(trap: Trap) -> dict[str, str]:
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    bases = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "HF_ENDPOINT", "OLLAMA_CLOUD_BASE_URL")
    keys = ("OLLAMA_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "LLAMA_API_KEY")
    url = f"http://{trap.address}"
    lures = dict.fromkeys((*proxies, *bases), url) | dict.fromkeys(keys, "not-yours")
    return lures | {"NO_PROXY": "", "no_proxy": "", "LLAMA_ARG_MODEL_URL": f"{url}/model.gguf"}


_AS_THEY_COME = """
import sys, httpx, ollama
try:
    httpx.get(sys.argv[2]) if sys.argv[1] == "httpx" else ollama.Client(sys.argv[2]).list()
except (httpx.HTTPError, ConnectionError) as error:
    print(error)
"""


@pytest.mark.parametrize("library", ["httpx", "ollama"])
def test_control_libraries_as_they_come_fall_into_the_trap(
    tmp_path: Path, ollama: FakeOllama, trap: Trap, library: str
) -> None:
    run_here([*PYTHON, _AS_THEY_COME, library, ollama.url], tmp_path, _lures(trap))
    assert len(trap.calls) == 1
    assert trap.calls[0].startswith(f"GET {ollama.url}".encode())
    assert ollama.served.seen == []


def test_control_the_ollama_package_sends_its_key_to_any_server(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    run_here(
        [*PYTHON, _AS_THEY_COME, "ollama", ollama.url], tmp_path, {"OLLAMA_API_KEY": "not-yours"}
    )
    assert "not-yours" in str(ollama.served.seen)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_lures_of_the_environment_catch_nothing_with_ollama(
    staged: Repository, ollama: FakeOllama, trap: Trap, scheme: str
) -> None:
    lures = {name: text.replace("http:", f"{scheme}:") for name, text in _lures(trap).items()}
    run = run_here([*REVIEW, "--engine", "ollama", "--url", ollama.url], staged.path, lures)
    assert run.report["status"] == "complete", run.report["problems"]
    assert len(ollama.chats) == 1
    assert trap.calls == []
    assert "not-yours" not in str(ollama.served.seen)


@pytest.mark.engine
def test_lures_of_the_environment_catch_nothing_with_the_embedded_engine(
    staged: Repository, embedded: tuple[str, ...], trap: Trap
) -> None:
    run = run_here([*REVIEW, *embedded], staged.path, _lures(trap) | WEIGHTS)
    assert run.report["usage"]["calls"] == 1, run.err
    assert trap.calls == []


def test_lures_of_the_environment_catch_nothing_with_the_scripted_engine(
    staged: Repository, script: Callable[..., str], trap: Trap
) -> None:
    command = [*REVIEW, "--engine", "scripted", "--model", script(CLEAN)]
    assert run_here(command, staged.path, _lures(trap)).report["status"] == "complete"
    assert trap.calls == []


def test_our_own_key_goes_to_the_engine_alone(
    staged: Repository, ollama: FakeOllama, trap: Trap
) -> None:
    environ = _lures(trap) | {"REVIEWBOT_API_KEY": "ours"}
    run_here([*REVIEW, "--engine", "ollama", "--url", ollama.url], staged.path, environ)
    sent = {one.headers.get("authorization") for one in ollama.served.seen}
    assert sent == {"Bearer ours"}
    assert trap.calls == []
