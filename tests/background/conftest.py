"""A background that is on, and whose workers end with the test that started them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reviewbot.background.outcome import Outcome
from reviewbot.background.room import Room, room_of, rooms
from tests.conftest import Repository, Reviewbot
from tests.engines import fake_openai as fakes
from tests.engines.fake_openai import FakeOpenAI, running
from tests.serving import Handler, Served

CLEAN: dict[str, object] = {"reply": {"findings": []}}
DEFECT: dict[str, object] = {
    "contains": "1 / 0",
    "reply": {
        "findings": [
            {
                "quote": "a = 1 / 0",
                "problem": "It divides by zero.",
                "category": "correctness",
                "severity": "error",
            }
        ]
    },
}
# A worker has a low priority: where all processors are busy it takes its time.
_SECONDS = 240.0


def until(is_so: Callable[[], object]) -> None:
    ends_at = time.monotonic() + _SECONDS
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


@dataclass(frozen=True)
class Gate:
    """Whoever asks waits until it is open."""

    fake: FakeOpenAI
    open: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: Handler, served: Served) -> None:
        self.open.wait(_SECONDS)
        with suppress(OSError):  # who asked has left
            fakes.says(json.dumps(DEFECT["reply"]))(handler, served)

    @property
    def asked(self) -> int:
        return len(self.fake.asked(fakes.CHAT))


@dataclass(frozen=True)
class Ground:
    """A repository with a background, by the scripted engine."""

    repository: Repository
    reviewbot: Reviewbot

    @property
    def room(self) -> Room:
        return room_of((self.repository.path / ".git").resolve())

    def commit(self, name: str, text: str) -> str:
        """A commit of a file, and the hook of it as git would run it; its id."""
        self.repository.stage(name, text)
        head = self.repository.commit()
        self.hook()
        return head

    def hook(self, *options: str) -> None:
        run = self.reviewbot("hook", "post-commit", *options)
        assert (run.code, run.out, run.err) == (0, "", "")

    def worked(self) -> int:
        """The worker, once it is at a job."""
        until(lambda: self.room.worker and self.room.taken())
        worker = self.room.worker
        assert worker is not None
        return worker

    def over(self) -> tuple[Outcome, ...]:
        """The outcomes once all is done, the newest first."""
        until(self._has_ended)
        return self.room.outcomes()

    def _has_ended(self) -> bool:
        """The lock is a hook's and then its worker's, without a moment between."""
        lock = self.room.lock()
        if lock is not None:
            os.close(lock)
        return lock is not None and self.room.worker is None

    def processes(self) -> list[str]:
        """The command lines of the worker and its job."""
        listing = subprocess.run(
            ["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True
        )
        return [line for line in listing.stdout.splitlines() if str(self.room.folder) in line]

    @property
    def is_idle(self) -> bool:
        return not self.room.queued() and not self.room.taken() and self._has_ended()


@pytest.fixture
def ground(
    repository: Repository, reviewbot: Reviewbot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Ground]:
    settings = {"BACKGROUND": "on", "ENGINE": "scripted", "LINTERS": "off", "MIN_CONFIDENCE": "0"}
    for name, value in settings.items():
        monkeypatch.setenv(f"REVIEWBOT_{name}", value)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    answers(monkeypatch, tmp_path / "script.jsonl", DEFECT, CLEAN)
    yield Ground(repository, reviewbot)
    for room in rooms():
        if (worker := room.worker) is not None:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


def answers(monkeypatch: pytest.MonkeyPatch, path: Path, *rows: dict[str, object]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.setenv("REVIEWBOT_MODEL", str(path))


@pytest.fixture
def gate(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A server in the place of the scripted engine, which answers once it may."""
    with running(fakes.llama_cpp()) as fake:
        found = Gate(fake)
        fake.chat = found.answer
        monkeypatch.setenv("REVIEWBOT_ENGINE", "openai")
        monkeypatch.setenv("REVIEWBOT_URL", fake.url)
        monkeypatch.delenv("REVIEWBOT_MODEL")
        yield found
        found.open.set()
