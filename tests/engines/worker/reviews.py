"""Reviews that borrow a worker's engine, as far as opening it goes: real processes around a
stand-in for llama.cpp, so that workers are started, lent, killed and left as they are."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewbot.engines.worker.caller import greeting, told_to_leave
from reviewbot.engines.worker.place import Place, place
from reviewbot.engines.worker.status import Status, status
from reviewbot.network import Door
from tests.conftest import ROOT

FAKE = ROOT / "tests" / "engines" / "fake_llama"
_REVIEW = """
import json, sys, time
from pathlib import Path
from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import LocalModel, open_embedded
from reviewbot.engines.llama_process import Loading
from reviewbot.engines.wanted import Warm
from reviewbot.errors import EngineUnavailable
from reviewbot.network import Door
from tests.engines.small import asking

told = json.loads(sys.argv[1])
door, waits = Door(), []
ends_at = time.monotonic() + told["deadline"] if told["deadline"] else None
patience = Patience(60, ends_at, waits.append)
warm = Warm(Path(told["cache"]), told["minutes"], starts=told["starts"])
model = LocalModel(Path(told["model"]), "fake")
try:
    with open_embedded(model, door, patience, Loading(told["window"]), warm) as engine:
        said = {"window": engine.info.window, "waits": waits}
        if told["asks"]:
            prompt = asking("Look at each line of the change." * 20 + "+ x", 4)
            completion = engine.complete(prompt, lambda _: None)
            said |= {"text": completion.text, "cached": completion.cached_tokens}
        print(json.dumps(said | {"connections": door.connections}), flush=True)
        if told["stays"]:
            sys.stdin.read()
except EngineUnavailable as error:
    print(json.dumps({"error": error.message, "remedy": error.remedy}))
"""


@dataclass
class Desk:
    """A user's cache folder with a model in it, and the fake engine beside that."""

    cache: Path
    fake: Path = FAKE

    @property
    def place(self) -> Place:
        found = place(self.cache)
        assert found is not None
        return found

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": f"{self.fake}{os.pathsep}{ROOT}"}

    def model(self, name: str = "one.gguf", **how: object) -> Path:
        path = self.cache / name
        path.write_text(json.dumps(how))
        return path

    def loads(self, name: str = "one.gguf") -> list[int]:
        """The processes that have loaded a model, in their order."""
        path = self.cache / f"{name}.loads"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def begin(
        self,
        model: Path,
        *,
        window: int = 512,
        minutes: float = 5,
        deadline: float = 0,
        stays: bool = False,
        asks: bool = False,
        starts: bool = True,
    ) -> subprocess.Popen[bytes]:
        told = {"cache": str(self.cache), "model": str(model), "window": window, "asks": asks}
        told |= {"minutes": minutes, "deadline": deadline, "stays": stays, "starts": starts}
        return subprocess.Popen(
            [sys.executable, "-c", _REVIEW, json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environ,
            cwd=ROOT,
        )

    def review(self, model: Path, **how: Any) -> dict[str, Any]:
        process = self.begin(model, **how)
        out, _ = process.communicate(timeout=100)
        return read(out)

    @contextmanager
    def reviewing(self, model: Path, **how: Any) -> Iterator[subprocess.Popen[bytes]]:
        """A review that has its engine for as long as the block lasts."""
        with self.begin(model, stays=True, **how) as process:
            assert process.stdout is not None
            assert read(process.stdout.readline())["window"]
            yield process

    def status(self) -> Status | None:
        return status(self.place, Door())

    def running(self) -> Status:
        found = self.status()
        assert found is not None
        return found

    def stop(self) -> None:
        with suppress(OSError, ValueError):
            if greeted := greeting(self.place, Door()):
                told_to_leave(greeted[0], forced=True)


def read(line: bytes) -> dict[str, Any]:
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    ends_at = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends_at:
        time.sleep(0.02)
    return condition()


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody waits for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split(maxsplit=1)[0] == "Z"
    except OSError:
        return True


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: gone(pid))
