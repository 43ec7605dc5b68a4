"""One engine of a worker's, from the wish for it to its end. It loads in a thread of its own, so
that it is loaded for the next caller when the first one could not wait so long."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from pathlib import Path

from reviewbot.engines.base import GONE
from reviewbot.engines.llama_child import LOAD_SECONDS, LlamaChild, Running, fitting
from reviewbot.engines.worker.words import Wish
from reviewbot.errors import EngineUnavailable


class Held:
    def __init__(self, wish: Wish, folder: Path) -> None:
        """`folder` is the worker's own; the engine's is made in it."""
        self.wish = wish
        self.since = time.time()
        self._folder = Path(tempfile.mkdtemp(prefix="e", dir=folder))
        self._lock = threading.Lock()
        self._is_ended = False
        self._child: LlamaChild | None = None
        self._running: Running | None = None
        self._failure: EngineUnavailable | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._load, daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def is_loading(self) -> bool:
        return not self._done.is_set()

    @property
    def is_dead(self) -> bool:
        """Whether it failed to load, or its process ended."""
        if self.is_loading:
            return False
        return self._running is None or self._child is None or not self._child.is_alive

    def serves(self, wish: Wish) -> bool:
        """Whether it is what would be loaded for that wish."""
        return not self.is_dead and self.wish == wish

    def wait(self, seconds: float) -> Running | None:
        """The running engine, or None where it still loads after that time. Raises
        EngineUnavailable."""
        if not self._done.wait(seconds):
            return None
        if self._running is None or self._child is None:
            raise self._failure or EngineUnavailable("the embedded engine was ended", GONE)
        self._child.cut_log()
        return self._running

    def end(self) -> None:
        with self._lock:
            self._is_ended = True
            if self._child and self.is_loading:
                self._child.kill()
        self._thread.join()
        if self._child:
            self._child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _load(self) -> None:
        try:
            model = Path(self.wish.model)
            loading = fitting(model, self.wish.loading)
            with self._lock:
                if self._is_ended:
                    return
                self._child = LlamaChild(model, loading, self._folder)
            self._running = self._child.ready(LOAD_SECONDS)
        except EngineUnavailable as error:
            self._failure = error
        except OSError as error:
            said = f"the embedded engine could not be started: {error}"
            self._failure = EngineUnavailable(said, GONE)
        finally:
            self._done.set()
