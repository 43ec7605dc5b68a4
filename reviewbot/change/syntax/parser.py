"""Ask for outlines with a limit of time: the parser runs in a process that can be ended."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

from reviewbot.change.syntax import reading
from reviewbot.change.syntax.definition import Definition, Outline
from reviewbot.change.syntax.facts import Facts, of_rows
from reviewbot.change.syntax.language import language_of

# A file takes milliseconds. What takes seconds does so by its making, and its like may follow.
SECONDS = 2.0
FAILURES = 3
_PIECE = 65_536


class Parser:
    """Outlines, statements and facts, as `reading.py` has them; of a file that takes too long, or
    ends the process, nothing is known. After `FAILURES` of them nothing more is asked.

    The process starts with the first question (60 ms). Without tree-sitter there is none: `ast`
    reads Python in linear time.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._apart = find_spec("tree_sitter") is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def outline(self, path: str, text: str) -> Outline | None:
        if not self._apart:
            return reading.outline(path, text)
        found = self._ask("outline", path, text)
        if found is None:
            return None
        definitions = tuple(Definition(*row) for row in found["definitions"])
        return Outline(definitions, tuple((first, last) for first, last in found["imports"]))

    def statement_starts(self, path: str, text: str) -> frozenset[int]:
        if not self._apart:
            return reading.statement_starts(path, text)
        return frozenset(self._ask("statements", path, text) or ())

    def facts(self, path: str, text: str) -> Facts | None:
        if not self._apart:
            return reading.facts(path, text)
        found = self._ask("facts", path, text)
        return None if found is None else of_rows(found)

    def _ask(self, ask: str, path: str, text: str) -> Any:
        """None where nothing is known."""
        if language_of(path, text) is None or self._failures >= FAILURES:
            return None
        process = self._process = self._process or _started()
        # ASCII with escapes: a text may hold halves of surrogate pairs.
        question = json.dumps({"ask": ask, "path": path, "text": text}).encode() + b"\n"
        try:
            answer = _answer(process, question, time.monotonic() + self._seconds)
        except OSError:
            answer = b""
        if not answer:
            self._failures += 1
            self._end()
            return None
        return json.loads(answer)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        # -P: the folder that it starts in is the repository under review, and Python would take a
        # json.py that lies there for its own.
        [sys.executable, "-P", "-m", "reviewbot.change.syntax.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    )


def _answer(process: subprocess.Popen[bytes], question: bytes, ends_at: float) -> bytes:
    """One line; empty where none came in time. Raises OSError where the process is gone."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    unsent = memoryview(question)
    while unsent:
        unsent = unsent[process.stdin.write(unsent) or 0 :]
    answer = b""
    while not answer.endswith(b"\n"):
        left = max(0.0, ends_at - time.monotonic())
        ready, _, _ = select.select([process.stdout], [], [], left)
        piece = os.read(process.stdout.fileno(), _PIECE) if ready else b""
        if not piece:
            return b""
        answer += piece
    return answer
