"""Reviews wait for each other on one engine; the other review is a real process."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from reviewbot.engines.base import Patience
from reviewbot.engines.turn import turn
from reviewbot.errors import EngineUnavailable
from tests.conftest import Repository, Reviewbot
from tests.engines import fake_openai as fakes
from tests.engines.fake_openai import running
from tests.watching import run_alone

_HOLDER = """
import sys
from pathlib import Path
from reviewbot.engines.base import Patience
from reviewbot.engines.turn import turn
with turn(sys.argv[2], Path(sys.argv[1]), Patience(60)):
    print("mine", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _held(folder: Path, engine: str, holder: str = _HOLDER) -> Iterator[subprocess.Popen[bytes]]:
    """Another process's turn; it ends when its input does."""
    command = [sys.executable, "-c", holder, str(folder), engine]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"mine\n"
        yield process


def test_a_turn_is_waited_for_and_said_to_be(tmp_path: Path) -> None:
    waits: list[str] = []
    seconds: list[float] = []
    had = threading.Event()

    def wait() -> None:
        with turn("e", tmp_path, Patience(60, None, waits.append, seconds.append)):
            had.set()

    with _held(tmp_path, "e") as other:
        thread = threading.Thread(target=wait)
        thread.start()
        while not waits:
            time.sleep(0.01)
        assert not had.is_set()
        other.kill()  # whoever dies gives its turn up
    thread.join(timeout=60)
    assert had.is_set()
    (waited,) = seconds
    assert waited > 0
    assert waits == ["waiting for another review to end on e"]


def test_another_engine_is_not_waited_for(tmp_path: Path) -> None:
    waits: list[str] = []
    with _held(tmp_path, "e"), turn("f", tmp_path, Patience(60, on_wait=waits.append)):
        assert waits == []


def test_a_deadline_ends_the_wait(tmp_path: Path) -> None:
    patience = Patience(60, time.monotonic() + 0.3)
    with (
        _held(tmp_path, "e"),
        pytest.raises(EngineUnavailable, match="deadline"),
        turn("e", tmp_path, patience),
    ):
        pytest.fail("two at once")


def test_without_a_folder_there_are_no_turns(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with turn("e", tmp_path / "file" / "locks", Patience(60)):
        pass


def test_a_turn_can_be_had_again(tmp_path: Path) -> None:
    for _ in range(2):
        with turn("e", tmp_path / "new" / "locks", Patience(60)):
            pass


def test_a_review_waits_for_its_turn_within_its_deadline(
    repository: Repository, reviewbot: Reviewbot
) -> None:
    """And says why nothing was reviewed."""
    repository.stage("a.py", "a = 1\n")
    with running(fakes.llama_cpp()) as server:
        label = f"127.0.0.1:{server.served.port}"
        with _held(user_cache_path("reviewbot") / "locks", label):
            run = reviewbot(
                *("review", "--engine", "openai", "--url", server.url),
                *("--deadline", "1", "--format", "json"),
            )
        assert run.code == 3
        assert "the deadline has passed" in run.report["coverage"][0]["reason"]
        assert server.asked(fakes.CHAT) == []
        run = reviewbot("review", "--engine", "openai", "--url", server.url)
        assert run.code == 0


# A server of another machine: an address that is not loopback, in a namespace of its own.
_OTHER = "10.9.8.7"
_ELSEWHERE = f"""
import subprocess, sys
from pathlib import Path
from reviewbot.engines.base import Patience
from reviewbot.engines.turn import turn
from tests.engines import fake_openai as fakes

with fakes.running(fakes.llama_cpp(), host="{_OTHER}") as server:
    label = f"{_OTHER}:{{server.served.port}}"
    allowed = ("--allow-host", "{_OTHER}", "--allow-plaintext")
    review = ("-m", "reviewbot", "review", "--engine", "openai", "--url", server.url, *allowed)
    with turn(label, Path(sys.argv[1]), Patience(60)):
        done = subprocess.run([sys.executable, "-P", *review, "--deadline", "20"])
    print(done.returncode, len(server.asked(fakes.CHAT)))
"""


def test_at_another_machines_server_no_turn_is_waited_for(repository: Repository) -> None:
    """Many ask it anyway, and a hook comes in beside a large review of the same user."""
    repository.stage("a.py", "a = 1\n")
    locks = str(user_cache_path("reviewbot") / "locks")
    options = ["--up", "--address", _OTHER]
    run = run_alone([sys.executable, "-c", _ELSEWHERE, locks], repository.path, options=options)
    code, asked = run.out.split()[-2:]
    assert (code, int(asked) > 0) == ("0", True), run.err


_YIELDING = """
import os, signal, sys
from pathlib import Path
from reviewbot.engines.base import Patience
from reviewbot.engines.turn import turn
leave = lambda: os.kill(os.getpid(), signal.SIGTERM)
with turn(sys.argv[2], Path(sys.argv[1]), Patience(60), leave):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_one_that_gives_way_leaves_as_soon_as_another_waits(tmp_path: Path) -> None:
    with _held(tmp_path, "e", _YIELDING) as other:
        assert other.poll() is None
        with turn("e", tmp_path, Patience(60)):
            assert other.wait(timeout=60) == -signal.SIGTERM


def test_two_that_give_way_do_not_drive_each_other_out(tmp_path: Path) -> None:
    """The second one waits unseen, and a third that gives way to nobody is seen."""
    waits: list[str] = []
    had = threading.Event()

    def wait() -> None:
        with turn("e", tmp_path, Patience(60, on_wait=waits.append), lambda: None):
            had.set()

    with _held(tmp_path, "e", _YIELDING) as other:
        thread = threading.Thread(target=wait)
        thread.start()
        while not waits:
            time.sleep(0.01)
        time.sleep(0.5)  # five looks
        assert other.poll() is None
        with turn("e", tmp_path, Patience(60)):
            assert other.wait(timeout=60) == -signal.SIGTERM
    thread.join(timeout=60)
    assert had.is_set()
