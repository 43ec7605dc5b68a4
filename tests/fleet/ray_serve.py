"""Ray Serve on loopback with an application that answers as vLLM does, in a fixed time.

`python -m tests.fleet.ray_serve LOG COMMAND…` runs a command, in which URL stands for the address,
and kills a replica in the middle of the third prompt. LOG gets a row for each prompt that begins
and that ends, with the process that has it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.engines.fake_openai import CHAT, delta, row
from tests.fleet.worker import MODEL, WINDOW
from tests.serving import unused_port

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

REPLICAS, SECONDS, QUEUE = 3, 0.3, 4
_LAST = 3


class Fixed:
    """One prompt at a time, as its deployment says."""

    def __init__(self, log: str) -> None:
        self._log = Path(log)

    async def __call__(self, request: Request) -> Response:
        from starlette.responses import JSONResponse, StreamingResponse

        if request.url.path == CHAT:
            text = (await request.json())["messages"][-1]["content"]
            return StreamingResponse(self._written(text), media_type="text/event-stream")
        if request.url.path == "/v1/models":
            entry = {"id": MODEL, "owned_by": "vllm", "max_model_len": WINDOW}
            return JSONResponse({"data": [entry]})
        return JSONResponse({"detail": "Not Found"}, 404)

    async def _written(self, text: str) -> AsyncIterator[bytes]:
        self._note("begins", text)
        await asyncio.sleep(SECONDS)
        yield row(delta('{"findings": []}'))
        yield row(delta("", "stop"))
        yield row({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 6}})
        yield b"data: [DONE]\n\n"
        self._note("ends", text)

    def _note(self, what: str, text: str) -> None:
        with self._log.open("a") as file:
            file.write(json.dumps([what, os.getpid(), text]) + "\n")


def rows(log: Path) -> list[Any]:
    text = log.read_text() if log.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _kill_one(log: Path) -> None:
    """Kill the replica that has the third prompt, in the middle of it."""
    while True:
        begun = [pid for what, pid, _ in rows(log) if what == "begins"]
        if len(begun) >= _LAST:
            os.kill(begun[-1], signal.SIGKILL)
            return
        time.sleep(0.02)


def main() -> None:
    # Or Ray takes this machine's outer address in place of loopback.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    import ray
    from ray import serve

    log, *command = sys.argv[1:]
    port = unused_port()
    ray.init(num_cpus=REPLICAS + 2, include_dashboard=False, _node_ip_address="127.0.0.1")
    serve.start(proxy_location="HeadOnly", http_options={"host": "127.0.0.1", "port": port})
    one_at_a_time = serve.deployment(
        num_replicas=REPLICAS, max_ongoing_requests=1, max_queued_requests=QUEUE
    )
    serve.run(one_at_a_time(Fixed).bind(log))
    threading.Thread(target=_kill_one, args=(Path(log),), daemon=True).start()
    url = f"http://127.0.0.1:{port}"
    done = subprocess.run([word.replace("URL", url) for word in command], check=False)
    serve.shutdown()
    ray.shutdown()
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
