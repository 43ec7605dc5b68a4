"""What every engine offers, and what a call to one may use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from reviewbot.engines.runaway import Runaway
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.models.catalog import Family
from reviewbot.prompt import Completion, Likeliest, Prompt
from reviewbot.report import EngineInfo

# What to do about an engine that ended, and about one that is silent for too long.
GONE = "run the command again; if it ends again, it may lack memory: reviewbot doctor"
SLOW = "give it longer with --timeout, or load the model first"

# A reply longer than this is no review: 480 tokens are some 2,000 characters.
LONGEST_REPLY = 64 * 1024

# Called with each piece (about a token) of the answer as the engine writes it; one of the thought
# before the answer is empty.
OnPiece = Callable[[str], None]
# Called with what an engine is waiting for before it can answer, a line for people.
OnWait = Callable[[str], None]


def _untold(_what: object) -> None:
    pass


class Engine(Protocol):
    """An engine that is loaded and ready. As many threads use it at once as it has slots."""

    @property
    def info(self) -> EngineInfo: ...

    @property
    def family(self) -> Family: ...

    @property
    def slots(self) -> int | None:
        """How many prompts it answers at the same time; None where it does not tell."""

    def count_tokens(self, prompt: Prompt) -> int | None:
        """The tokens that the prompt takes with its template; None where the engine has no way
        to count. Raises EngineUnavailable."""

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        """The reply to one prompt. Raises ReplyError when this one failed, EngineUnavailable
        when the engine is gone."""


# Opens an engine and closes it again; opening may take as long as loading the model.
Opener = Callable[[], AbstractContextManager[Engine]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """On the monotonic clock, in seconds: when a call was first asked, and when it was refused."""

    asked: float
    at: float


class Refusals:
    """What an engine was too busy for, known at once to whoever asks it. Any number of threads
    may add to it."""

    def __init__(self) -> None:
        self.latest: Refusal | None = None  # of those that were, the one that was asked last
        self._lock = threading.Lock()

    def add(self, refusal: Refusal) -> None:
        with self._lock:
            if self.latest is None or refusal.asked > self.latest.asked:
                self.latest = refusal


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: `timeout` seconds for the next byte, and never past `ends_at` on the
    monotonic clock (None: no deadline). `on_wait` is told what a long wait is for, `on_turn` how
    many seconds another review was waited for. `refusals` takes what a busy engine refused."""

    timeout: float
    ends_at: float | None = None
    on_wait: OnWait = _untold
    on_turn: Callable[[float], None] = _untold
    refusals: Refusals = field(default_factory=Refusals)

    @property
    def left(self) -> float:
        """Seconds to wait for the next byte. Raises EngineUnavailable past the deadline."""
        if self.ends_at is None:
            return self.timeout
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise EngineUnavailable("the deadline has passed")
        return min(self.timeout, left)


class ReplyText:
    """Collects the pieces of a reply, the thought apart, and refuses one that never ends."""

    def __init__(self, on_piece: OnPiece) -> None:
        self._pieces: list[str] = []
        self._thoughts: list[str] = []
        self._length = 0
        self._likeliest: Likeliest = ()
        self._runaway = Runaway()
        self._on_piece = on_piece

    def add(self, piece: str, thought: str = "") -> None:
        self._pieces.append(piece)
        self._thoughts.append(thought)
        self._length += len(piece) + len(thought) or 1  # a piece may hold nothing that we read
        if self._length > LONGEST_REPLY:
            raise ReplyError(f"the reply is longer than {LONGEST_REPLY} characters")
        if wrong := self._runaway.sees(thought + piece):
            raise ReplyError(wrong)
        self._on_piece(piece)

    def tell(self, words: Likeliest) -> None:
        """What the words of a piece could have been: those of the first piece are kept."""
        self._likeliest = self._likeliest or words

    @property
    def likeliest(self) -> Likeliest:
        return self._likeliest

    @property
    def thought(self) -> str:
        return "".join(self._thoughts)

    def __str__(self) -> str:
        return "".join(self._pieces)
