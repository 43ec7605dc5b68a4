"""The form of structured output that a server takes: learnt from its refusals, and remembered."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from reviewbot.engines.learnt import Memory

# The forms of `response_format`, the strongest first: a JSON Schema, any JSON object, nothing but
# the prompt's own words.
FORMS = ("json_schema", "json_object", "")


class Forms:
    """The strongest form that one server and model is known to take. Any number of threads may
    use it at once."""

    def __init__(self, memory: Memory, server: Sequence[str]) -> None:
        self._memory = memory
        self._server = server
        self._lock = threading.Lock()
        known = memory.form(server)
        self._kept = known if known in FORMS else FORMS[0]
        self._current = FORMS.index(self._kept)
        self._is_remembered = self._current > 0

    @property
    def current(self) -> str:
        return FORMS[self._current]

    def refused(self, form: str) -> bool:
        """Whether there is a form left to try. A server that refuses what it used to take is
        another one than it was: all of them are tried again."""
        with self._lock:
            if form != self.current:
                return True  # another thread was refused the same one
            if self._is_remembered:
                self._is_remembered, self._current = False, 0
                return True
            if self._current + 1 == len(FORMS):
                return False
            self._current += 1
            return True

    def took(self, form: str) -> None:
        """The server answered. The strongest form is tried first anyway and not remembered."""
        with self._lock:
            if form == self._kept or form != self.current:
                return
            self._kept = form
        self._memory.set_form(self._server, None if form == FORMS[0] else form)
