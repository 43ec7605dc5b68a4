"""Replies of a model, kept on disk by all that was asked, for a run that asks the same again.

Where findings are chosen from replies in another way, only what the model is asked anew takes
time: two ways are then compared on the very same replies. They hold quotes of the code, so they
are their owner's alone, and none is kept without being asked for.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from reviewbot.errors import OutputError
from reviewbot.evaluation.files import put
from reviewbot.evaluation.suite import digest_of
from reviewbot.prompt import Completion, Prompt
from reviewbot.report import EngineInfo

_COMPLETION = TypeAdapter(Completion)


class Replies:
    """Any number of threads may use it at once. `again` counts the replies that were kept. Raises
    OutputError for a folder that cannot be made."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot make the folder {folder}: {error.strerror}", "name another with --replies"
            ) from None
        self._folder = folder
        self._lock = threading.Lock()
        self.again = 0

    def find(self, engine: EngineInfo, prompt: Prompt) -> Completion | None:
        """A file that cannot be read is none."""
        try:
            kept = _COMPLETION.validate_json(self._place(engine, prompt).read_bytes())
        except (OSError, ValidationError):
            return None
        with self._lock:
            self.again += 1
        return kept

    def keep(self, engine: EngineInfo, prompt: Prompt, completion: Completion) -> None:
        """Raises OutputError."""
        put(self._place(engine, prompt), json.dumps(asdict(replace(completion, retries=0))))

    def _place(self, engine: EngineInfo, prompt: Prompt) -> Path:
        # Weights are known by their bytes; where an engine does not tell them, by their name.
        who = [engine.name, engine.digest or engine.model, engine.window]
        return self._folder / f"{digest_of(json.dumps([who, asdict(prompt)], default=str))}.json"
