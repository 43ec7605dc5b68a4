"""How fast the engine is: it is asked once, as a review asks. The model gets loaded for it."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reviewbot.changeset import Line, LineKind
from reviewbot.doctor.check import Check, failed, ok
from reviewbot.engines.base import Engine, Patience
from reviewbot.engines.detect import opener
from reviewbot.engines.wanted import Wanted
from reviewbot.errors import EngineError, ReviewbotError
from reviewbot.models.recommend import BEARABLE, Speed
from reviewbot.network import Door
from reviewbot.prompt import Prompt
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import Renderer

_PATIENCE = Patience(timeout=300)
# A defect to write about. The instructions before it are those of every review.
_CODE = (
    "def average(numbers):",
    "    total = 0",
    "    for index in range(len(numbers) + 1):",
    "        total += numbers[index]",
    "    return total / len(numbers)",
)
# "No findings" would be five tokens, too few to tell a speed by: an explanation is asked for.
_REPLY = {
    "type": "object",
    "properties": {"problem": {"type": "string", "minLength": 160, "maxLength": 320}},
    "required": ["problem"],
    "additionalProperties": False,
}
_REPLY_TOKENS = 128
_LEAST_WRITTEN = 16
_WHOLE = 9.5  # tokens a second that are told without a decimal


@dataclass(frozen=True, slots=True)
class Measured:
    """`speed` is None where the engine wrote little, or does not count its tokens."""

    seconds: float
    speed: Speed | None


def measure_checks(wanted: Wanted, door: Door) -> Iterator[Check]:
    try:
        begun = time.monotonic()
        with opener(wanted, door, _PATIENCE)() as engine:
            loaded = time.monotonic() - begun
            found = measure(engine)
    except EngineError as error:
        yield failed("measured", error, "warning")
    except ReviewbotError as error:
        yield failed("measured", error)
    else:
        yield measured_check(found, loaded)


def measure(engine: Engine) -> Measured:
    """One prompt of a review, answered. Raises EngineError."""
    begun = time.monotonic()
    first: list[float] = []
    completion = engine.complete(_prompt(engine), lambda _: first.append(time.monotonic()))
    ended = time.monotonic()
    read = completion.prompt_tokens - completion.cached_tokens
    written = completion.completion_tokens - 1  # the first token is the last act of reading
    times = (first[0] - begun, ended - first[0]) if first else (0.0, 0.0)
    if written < _LEAST_WRITTEN or min(read, *times) <= 0:
        return Measured(ended - begun, None)
    return Measured(ended - begun, Speed(read / times[0], written / times[1]))


def measured_check(found: Measured, loaded: float) -> Check:
    if found.speed is None:
        said = f"answered in {found.seconds:.1f} s; too few tokens are told for a speed"
        return ok("measured", said)
    chunk = found.speed.chunk("review")
    said = (
        f"{_rate(found.speed.read)} tokens/s read and {_rate(found.speed.written)} written,"
        f" {chunk:.0f} s a chunk; ready after {loaded:.1f} s"
    )
    if chunk <= BEARABLE["review"]:
        return ok("measured", said)
    remedy = "take a smaller model: reviewbot models recommend; or see the warnings above"
    return Check("warning", "measured", f"{said}: too slow to wait for", remedy)


def _rate(tokens: float) -> str:
    return f"{tokens:.0f}" if tokens >= _WHOLE else f"{tokens:.1f}"


def _prompt(engine: Engine) -> Prompt:
    """A review's prompt. A random word comes first, so that no part of it was read before."""
    lines = tuple(Line(LineKind.ADDED, text, None, at) for at, text in enumerate(_CODE, 1))
    renderer = Renderer(engine.family.layout, engine.family.sampling)
    prompt = renderer.review(Chunk("average.py", "", lines))
    head, *rest = prompt.messages
    fresh = replace(head, content=f"{secrets.token_hex(4)}\n\n{head.content}")
    return replace(
        prompt,
        messages=(fresh, *rest),
        schema=json.dumps(_REPLY),
        max_tokens=_REPLY_TOKENS,
    )
