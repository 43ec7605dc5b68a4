"""The OpenAI-compatible engine against llama.cpp's own HTTP server, on a port and on a Unix socket.

Run with llama.cpp b11434 in xllamacpp 2026.10 and SmolLM2-135M.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import installed
from reviewbot.engines.openai_compatible import OpenAIEngine, open_openai
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.network import Door
from reviewbot.prompt import Finish, Message, Prompt
from tests.conftest import TEST_MODELS, Repository, Reviewbot, required
from tests.serving import unused_port

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("collected"),
]

PATIENCE = Patience(60)
KEY = "a key of the test"
# Two slots: each has half of the window.
WINDOW, SLOTS = 8192, 2
_SERVER = """
import os, sys, xllamacpp
model, host, port, key, window, slots = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = model
params.hostnames = [host]
params.port = int(port)
params.api_keys = [key]
params.n_ctx, params.n_parallel = int(window), int(slots)
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
params.cache_ram_mib, params.ui, params.warmup, params.verbosity = 0, False, False, 1
server = xllamacpp.Server(params)
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
"""
_SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"verdict": {"enum": ["good", "bad"]}, "line": {"type": "integer"}},
        "required": ["verdict", "line"],
    }
)
PROMPT = Prompt((Message("system", "Review."), Message("user", "x = 1\n")), _SCHEMA, 40)


@dataclass(frozen=True)
class _Place:
    """Where a server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"unix://{self.host}" if "/" in self.host else f"http://{self.host}:{self.port}"


@contextmanager
def _server(place: _Place) -> Iterator[subprocess.Popen[bytes]]:
    model = TEST_MODELS / "smollm2-135m-instruct-q4_1.gguf"
    if not installed() or not model.is_file():
        required("engine")
    Path(place.host).unlink(missing_ok=True)  # a killed server leaves its socket behind
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", _SERVER),
            *(str(model), place.host, str(place.port), KEY, str(WINDOW), str(SLOTS)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"ready\n"
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module", params=["port", "socket"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[_Place]:
    socket = tmp_path_factory.mktemp("llama") / "s.sock"
    place = (
        _Place("127.0.0.1", unused_port()) if request.param == "port" else _Place(str(socket), 0)
    )
    with _server(place):
        yield place


def _engine(place: _Place, patience: Patience = PATIENCE, key: str = KEY) -> OpenAIEngine:
    with open_openai(OpenAIServer(place.url, Door(), key), None, patience) as engine:
        return engine


def test_the_window_is_that_of_one_slot(place: _Place) -> None:
    info = _engine(place).info
    assert (info.window, info.notes) == (WINDOW // SLOTS, ())
    assert info.model.endswith("smollm2-135m-instruct-q4_1.gguf")
    assert _engine(place).family.name == "smollm2"


def test_a_reply_obeys_the_schema_and_tokens_are_counted_as_they_are(place: _Place) -> None:
    engine = _engine(place)
    completion = engine.complete(PROMPT, lambda _: None)
    assert set(json.loads(completion.text)) == {"verdict", "line"}
    assert completion.finish is Finish.STOP
    assert completion.prompt_tokens == engine.count_tokens(PROMPT)


def test_a_prompt_over_the_window_is_refused_in_the_servers_words(place: _Place) -> None:
    long = replace(PROMPT, messages=(Message("user", "word " * 5000),))
    with pytest.raises(ReplyError, match="exceeds the available context size"):
        _engine(place).complete(long, lambda _: None)


def test_a_form_that_the_server_refuses_is_weakened(place: _Place) -> None:
    engine = _engine(place)
    odd = replace(PROMPT, schema='{"$ref": "http://localhost/other"}')
    assert engine.complete(odd, lambda _: None).text.lstrip().startswith("{")
    assert engine._forms.current == "json_object"


def test_another_key_is_refused(place: _Place) -> None:
    with pytest.raises(EngineUnavailable, match="HTTP 401") as caught:
        _engine(place, key="wrong").complete(PROMPT, lambda _: None)
    assert "REVIEWBOT_API_KEY" in caught.value.remedy


def test_a_deadline_ends_a_reply_that_is_being_written(place: _Place) -> None:
    engine = _engine(place)
    begun = time.monotonic()
    engine = _engine(place, Patience(60, begun + 1))
    long = replace(PROMPT, schema='{"type": "string", "minLength": 1900}', max_tokens=3000)
    with pytest.raises(EngineUnavailable, match="deadline has passed"):
        engine.complete(long, lambda _: None)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("kind", ["port", "socket"])
def test_a_server_killed_in_mid_reply_and_started_again_answers_the_next_chunk(
    kind: str, tmp_path: Path
) -> None:
    place = _Place(*(("127.0.0.1", unused_port()) if kind == "port" else (f"{tmp_path}/s.sock", 0)))
    with ExitStack() as running:
        process = running.enter_context(_server(place))
        engine = _engine(place)
        pieces = count(1)
        with pytest.raises(ReplyError, match="broke"):
            engine.complete(PROMPT, lambda _: process.kill() if next(pieces) == 2 else None)
        process.wait()
        begun = time.monotonic()
        with pytest.raises(EngineUnavailable, match="no server answers"):
            engine.complete(PROMPT, lambda _: None)
        assert time.monotonic() - begun < 2
        running.enter_context(_server(place))
        assert engine.complete(PROMPT, lambda _: None).finish is Finish.STOP


def test_a_staged_change_is_reviewed(
    place: _Place, repository: Repository, reviewbot: Reviewbot
) -> None:
    repository.stage("a.py", "def f(x):\n    return eval(x)\n")
    run = reviewbot(
        *("review", "--engine", "openai", "--url", place.url, "--format", "json"),
        *("--linters", "off"),
        environ={"REVIEWBOT_API_KEY": KEY},
        timeout=120,
    )
    assert run.report["engine"]["name"] == "openai"
    assert run.report["engine"]["window"] == WINDOW // SLOTS
    assert run.report["usage"]["calls"] == 1
    address = f"127.0.0.1:{place.port}" if place.port else f"unix:{place.host}"
    assert run.report["privacy"]["connections"] == [address]
