"""Workers that take a fixed time for each prompt, in the order in which the prompts come.

`python -m tests.fleet.worker COUNT SECONDS` starts them in a process of their own, which prints
their addresses and ends when its standard input does.
"""

from __future__ import annotations

import json
import math
import re
import sys
import threading
import time
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from heapq import heapreplace

from tests.engines.fake_openai import CHAT, delta, row
from tests.serving import Handler, Request, Served, serving

MODEL = "fixed"
WINDOW = 8192


class Line:
    """`slots` are served at a time, `seconds` each, the rest in the order in which they came. Each
    begins when the one before it was to end, so that a busy machine does not add up."""

    def __init__(self, seconds: float, slots: int) -> None:
        self._seconds = seconds
        self._free = [0.0] * slots  # a heap: when each has nothing more to do
        self._begins: deque[float] = deque()  # of those that wait
        self._lock = threading.Lock()

    def enter(self, most: float) -> tuple[int, float] | None:
        """How many waited before, and when it is served; None where `most` already wait."""
        with self._lock:
            now = time.monotonic()
            while self._begins and self._begins[0] <= now:
                self._begins.popleft()
            ahead, begins = len(self._begins), max(now, self._free[0])
            if begins > now:
                if ahead >= most:
                    return None
                self._begins.append(begins)
            heapreplace(self._free, begins + self._seconds)
            return ahead, begins + self._seconds


@dataclass
class Worker:
    """As vLLM answers. `queue` is how many may wait before more are refused; `answered` holds the
    last message of each prompt that was, `ahead` how many waited before it, `spans` when it came
    and when it was answered, on the monotonic clock."""

    seconds: float
    slots: int = 1
    queue: float = math.inf
    served: Served = field(default_factory=lambda: Served("", 0))
    answered: list[str] = field(default_factory=list)
    ahead: dict[str, int] = field(default_factory=dict)
    spans: list[tuple[str, float, float]] = field(default_factory=list)
    refused: int = 0
    load: int = 0  # what a balancer that hands it prompts notes of it

    def __post_init__(self) -> None:
        self._line = Line(self.seconds, self.slots)

    @property
    def url(self) -> str:
        return self.served.url

    def answer(self, handler: Handler, request: Request) -> None:
        if request.path == CHAT:
            self._chat(handler, request)
        elif request.path == "/v1/models":
            entry = {"id": MODEL, "owned_by": "vllm", "max_model_len": WINDOW}
            handler.say(json.dumps({"data": [entry]}), content_type="application/json")
        elif request.path == "/answered":
            handler.say(json.dumps(self.answered), content_type="application/json")
        elif request.path == "/tokenize":
            said = "\n".join(message["content"] for message in request.json["messages"])
            tokens = [zlib.crc32(word.encode()) for word in re.findall(r"\w+|\W", said)]
            told = {"count": len(tokens), "max_model_len": WINDOW, "tokens": tokens}
            handler.say(json.dumps(told), content_type="application/json")
        elif request.path == "/health":
            handler.say("{}")
        else:
            handler.say('{"detail": "Not Found"}', 404)

    def _chat(self, handler: Handler, request: Request) -> None:
        text = request.json["messages"][-1]["content"]
        came = time.monotonic()
        turn = self._line.enter(self.queue)
        if turn is None:
            self.refused += 1
            handler.say('{"error": {"message": "full"}}', 429, retry_after="1")
            return
        self.ahead[text], served = turn
        time.sleep(max(0.0, served - time.monotonic()))
        self._write(handler, len(request.body) // 4)
        self.answered.append(text)
        self.spans.append((text, came, time.monotonic()))

    def _write(self, handler: Handler, read: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        usage = {"prompt_tokens": read, "completion_tokens": 6}
        for event in (
            delta('{"findings": []}'),
            delta("", "stop"),
            {"choices": [], "usage": usage},
        ):
            handler.wfile.write(row(event))
        handler.wfile.write(b"data: [DONE]\n\n")


@contextmanager
def working(worker: Worker, port: int = 0) -> Iterator[Worker]:
    with serving(worker.answer, port=port) as served:
        worker.served = served
        yield worker


def main() -> None:
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    with ExitStack() as open_:
        workers = [open_.enter_context(working(Worker(seconds))) for _ in range(count)]
        print(json.dumps([worker.url for worker in workers]), flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
