"""The embedded engine: llama.cpp itself, with weights that are small enough for a test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
import pytest

from reviewbot.engines import embedded
from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import EmbeddedEngine, LocalModel, installed, open_embedded
from reviewbot.engines.llama_child import LlamaChild
from reviewbot.engines.llama_process import Loading
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.network import Door
from reviewbot.prompt import Finish, Prompt
from tests.conftest import ROOT, required
from tests.engines.small import asking

pytestmark = pytest.mark.engine

_PATIENCE = Patience(timeout=60)


@pytest.fixture(scope="module")
def door() -> Door:
    return Door()


@pytest.fixture(scope="module")
def engine(model: LocalModel, door: Door) -> Iterator[EmbeddedEngine]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LLAMA_ARG_CTX_SIZE", "512")
        patched.setenv("LLAMA_LOG_FILE", "/absent/log")
        with open_embedded(model, door, _PATIENCE) as opened:
            yield opened


def _children(parent: int | None = None) -> list[int]:
    """The engine processes that a process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        mine = int(status[1]) == (parent or os.getpid())
        if mine and status[0] != "Z" and b"reviewbot.engines.llama_process" in command:
            found.append(int(folder.name))
    return found


def _socket(door: Door) -> Path:
    return Path(door.connections[-1].removeprefix("unix:"))


def _until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    ends_at = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends_at:
        time.sleep(0.02)
    return condition()


def _gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody waits for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split(maxsplit=1)[0] == "Z"
    except OSError:
        return True


# A running engine


def test_the_window_is_the_one_that_was_ordered_and_measured(engine: EmbeddedEngine) -> None:
    assert engine.info.window == embedded.WINDOW == 4096
    assert (engine.info.name, engine.info.model) == ("embedded", "smollm2-135m")
    assert engine.slots == 1
    assert engine.info.digest == "digest"
    assert engine.family.name == "smollm2"


def test_tokens_are_counted_with_the_template(engine: EmbeddedEngine) -> None:
    counts = [engine.count_tokens(asking("x = 1\n" * lines)) for lines in (0, 1, 10, 100)]
    known = [number for number in counts if number is not None]
    assert len(known) == 4
    assert known[0] > 5  # the template and the system message
    assert known == sorted(set(known))
    completion = engine.complete(asking("x = 1\n"), lambda _: None)
    assert completion.prompt_tokens == known[1]


def test_a_reply_obeys_the_schema(engine: EmbeddedEngine) -> None:
    pieces: list[str] = []
    completion = engine.complete(asking("+ eval(input())"), pieces.append)
    assert "".join(pieces) == completion.text
    assert len(pieces) > 3
    assert 0 < completion.completion_tokens <= 40
    if completion.finish is Finish.STOP:
        reply = json.loads(completion.text)
        assert reply["verdict"] in ("good", "bad")
        assert isinstance(reply["line"], int)


def test_a_reply_that_reaches_its_bound_is_cut(engine: EmbeddedEngine) -> None:
    completion = engine.complete(asking("+ eval(input())", max_tokens=3), lambda _: None)
    assert completion.finish is Finish.LENGTH
    assert completion.completion_tokens == 3


def test_the_same_beginning_is_not_read_again(engine: EmbeddedEngine) -> None:
    rules = "Look at each line of the change.\n" * 30
    first = engine.complete(asking(f"{rules}+ a = 1"), lambda _: None)
    second = engine.complete(asking(f"{rules}+ b = 2"), lambda _: None)
    assert second.cached_tokens > 150 > first.cached_tokens
    assert second.cached_tokens < second.prompt_tokens


def test_the_same_prompt_has_the_same_reply(engine: EmbeddedEngine) -> None:
    first, second = (engine.complete(asking("+ a = 1"), lambda _: None) for _ in range(2))
    assert first.text == second.text


def test_a_prompt_over_the_window_is_a_failed_reply(engine: EmbeddedEngine) -> None:
    long = asking("x = 1\n" * 5000)
    counted = engine.count_tokens(long)
    assert counted is not None
    assert counted > 4096
    with pytest.raises(ReplyError, match="exceed"):
        engine.complete(long, lambda _: None)
    assert engine.complete(asking("x"), lambda _: None).completion_tokens > 0


def test_text_that_looks_like_the_template_or_is_not_ascii_is_taken(
    engine: EmbeddedEngine,
) -> None:
    for text in ("<|im_end|>", "\u2028\u0085é漢字🙂", "\x00", "\ufffd"):
        assert engine.complete(asking(text), lambda _: None).prompt_tokens > 0


# Slots


def test_each_slot_has_the_whole_window_and_two_prompts_are_answered_at_once(
    model: LocalModel,
) -> None:
    told: list[str] = []
    patience = replace(_PATIENCE, on_wait=told.append)
    together = threading.Barrier(2, timeout=60)
    with open_embedded(model, Door(), patience, Loading(2048, slots=2)) as engine:
        assert (engine.slots, engine.info.window) == (2, 2048)
        # 1,500 tokens each: more than one slot's part would be, were the window divided.
        prompts = [asking(f"x{n} = 1\n" * 300, 60) for n in range(2)]
        alone = [engine.complete(prompt, lambda _: None).text for prompt in prompts]

        def ask(prompt: Prompt) -> str:
            first = count(1)

            def meet(_: str) -> None:
                if next(first) == 1:  # neither goes on before both have begun: they do run at once
                    together.wait()

            return engine.complete(prompt, meet).text

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(ask, prompts)) == alone
    assert told == ["loading smollm2-135m"]


def test_the_window_is_not_longer_than_the_model_was_trained_with(model: LocalModel) -> None:
    with open_embedded(model, Door(), _PATIENCE, Loading(100_000)) as engine:
        assert engine.info.window == 8192


# What others on the machine can reach


def test_no_tcp_port_is_open(engine: EmbeddedEngine) -> None:
    (pid,) = _children()
    links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
    assert sockets  # the Unix socket at least
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
        assert sockets.isdisjoint(row.split()[9] for row in rows)


def test_the_socket_stands_in_a_folder_of_the_users_own(engine: EmbeddedEngine, door: Door) -> None:
    assert _socket(door).is_socket()
    assert _socket(door).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("key", [None, "wrong"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/props"), ("POST", "/v1/chat/completions"), ("GET", "/slots")]
)
def test_without_the_key_nothing_is_answered(
    engine: EmbeddedEngine, door: Door, key: str | None, method: str, path: str
) -> None:
    endpoint = door.endpoint(f"unix://{_socket(door)}")
    with Door().client(endpoint, httpx.Timeout(5), key) as client:
        assert client.request(method, path).status_code in (401, 501)


def test_the_key_stands_on_no_command_line_and_in_no_log(
    engine: EmbeddedEngine, door: Door
) -> None:
    engine.complete(asking("+ secret_of_the_prompt"), lambda _: None)
    key = engine._client._transport._key  # type: ignore[attr-defined]
    (pid,) = _children()
    log = (_socket(door).parent / "log").read_text()
    assert key not in Path(f"/proc/{pid}/cmdline").read_text()
    assert key not in Path(f"/proc/{pid}/environ").read_text()
    assert key not in log
    assert "secret_of_the_prompt" not in log


def test_variables_of_llama_are_not_passed_on(engine: EmbeddedEngine) -> None:
    (pid,) = _children()
    assert b"LLAMA_" not in Path(f"/proc/{pid}/environ").read_bytes()


# Ends


def test_nothing_is_left_after_a_normal_end(model: LocalModel) -> None:
    door, before = Door(), _children()
    with open_embedded(model, door, _PATIENCE):
        (pid,) = set(_children()) - set(before)
    assert _gone(pid)
    assert not _socket(door).parent.exists()


def test_nothing_is_left_after_an_exception(model: LocalModel) -> None:
    door, before = Door(), _children()
    with (
        pytest.raises(KeyboardInterrupt),
        open_embedded(model, door, _PATIENCE) as engine,
    ):
        engine.complete(asking("x", 400), _interrupt)
    assert _children() == before
    assert not _socket(door).parent.exists()


def _interrupt(_: str) -> None:
    raise KeyboardInterrupt


def test_nothing_is_left_after_a_kill_of_the_parent(model: LocalModel, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from reviewbot.engines.base import Patience\n"
        "from reviewbot.engines.embedded import LocalModel, open_embedded\n"
        "from reviewbot.network import Door\n"
        "door = Door()\n"
        "with open_embedded(LocalModel(Path(sys.argv[1]), 'x'), door, Patience(60)):\n"
        "    print(door.connections[0], flush=True)\n"
        "    sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(model.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        cwd=ROOT,
    )
    with parent:
        assert parent.stdout is not None
        socket = Path(parent.stdout.readline().decode().strip().removeprefix("unix:"))
        assert socket.is_relative_to(tmp_path)
        (pid,) = _children(parent.pid)
        parent.send_signal(signal.SIGKILL)
    assert _until(lambda: _gone(pid))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.usefixtures("collected")
def test_a_child_that_dies_in_mid_reply_is_an_engine_that_is_gone(model: LocalModel) -> None:
    door, before = Door(), _children()
    with open_embedded(model, door, _PATIENCE) as engine:
        (pid,) = set(_children()) - set(before)
        pieces = count(1)

        def kill(_: str) -> None:
            if next(pieces) == 2:
                os.kill(pid, signal.SIGKILL)

        with pytest.raises(EngineUnavailable, match="is gone"):
            engine.complete(replace(asking("x"), schema='{"type":"array"}', max_tokens=400), kill)
        with pytest.raises(EngineUnavailable, match="is gone"):
            engine.count_tokens(asking("x"))
    assert not _socket(door).parent.exists()


# What does not load


def _refused(path: Path, patience: Patience = _PATIENCE) -> str:
    with (
        pytest.raises(EngineUnavailable) as caught,
        open_embedded(LocalModel(path, "x"), Door(), patience),
    ):
        pass
    return caught.value.message


def test_a_file_that_is_no_model_is_refused_in_the_engines_words(tmp_path: Path) -> None:
    if not installed():
        required("engine")
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"this is no model" * 100)
    said = _refused(path)
    assert f"could not load {path}: " in said
    assert "magic" in said
    assert "exit status" not in said


def test_a_model_cut_short_is_refused_in_the_engines_words(
    model: LocalModel, tmp_path: Path
) -> None:
    path = tmp_path / "short.gguf"
    with model.path.open("rb") as file:
        path.write_bytes(file.read(20_000_000))
    said = _refused(path)
    assert "not within the file bounds" in said or "corrupted" in said


def test_an_engine_that_does_not_load_in_time_is_killed(model: LocalModel) -> None:
    before = _children()
    begun = time.monotonic()
    assert "was not loaded within 0.1 s" in _refused(model.path, Patience(60, begun + 0.1))
    assert time.monotonic() - begun < 2
    assert _children() == before


def test_files_in_the_current_folder_are_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The current folder is the repository under review."""
    if not installed():
        required("engine")
    marker = tmp_path / "was-run"
    for name in ("json", "dataclasses", "xllamacpp", "reviewbot", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    (tmp_path / "broken.gguf").write_bytes(b"no model")
    monkeypatch.chdir(tmp_path)
    assert "could not load" in _refused(tmp_path / "broken.gguf")
    assert not marker.exists()


def test_a_process_that_dies_before_its_order_is_read_is_ended_quietly(
    model: LocalModel, tmp_path: Path
) -> None:
    child = LlamaChild(model.path, Loading(512), tmp_path)
    child.kill()
    child._process.wait()
    assert child._process.stdin is not None
    child._process.stdin.write(b"an order that nobody reads\n")
    child.stop()
    assert not child.is_alive


def test_another_kind_of_prompt_between_two_does_not_cost_the_first_its_beginning(
    engine: EmbeddedEngine,
) -> None:
    rules = "Look at each line of the change, and say what is wrong.\n" * 30
    for number, question in enumerate(("a = 1", "Which one is correct, A or B?" * 20, "b = 2")):
        text = question if number == 1 else f"{rules}+ {question}"
        completion = engine.complete(asking(text), lambda _: None)
    assert completion.cached_tokens > 150
