"""Replies that are kept from run to run, under the digest of all that they follow from: the whole
prompt, who answers it, and what alters its answers. The window is no part of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from pydantic import TypeAdapter, ValidationError

from reviewbot.cache.base import Cache
from reviewbot.prompt import Completion, Finish, Prompt

# It changes where the same question would be answered otherwise, or an answer written otherwise.
FORMAT = "1"
_COMPLETION = TypeAdapter(Completion)


class Kept:
    """The replies of one model. Any number of threads may use it at once."""

    def __init__(self, cache: Cache | None = None, who: Sequence[str] = ()) -> None:
        """Without a cache nothing is found and nothing kept. `who` tells one model, and all beside
        the prompt that alters its answers, from another."""
        self._cache = cache
        self._who = tuple(who)

    @property
    def is_on(self) -> bool:
        return self._cache is not None

    def find(self, prompt: Prompt) -> Completion | None:
        return _read(self._cache.find(self._key(prompt))) if self._cache else None

    def answered(
        self, prompt: Prompt, ask: Callable[[], Completion], serves: Callable[[Completion], bool]
    ) -> Completion:
        """What was kept; or what `ask` says, which is kept if it serves. Of all who share a cache
        one asks, and the others wait for the answer."""
        if self._cache is None:
            return ask()
        key = self._key(prompt)
        if found := _read(self._cache.claim(key)):
            return found
        try:
            completion = ask()
            if serves(completion):
                self.keep(prompt, completion)
            return completion
        finally:
            self._cache.release(key)

    def keep(self, prompt: Prompt, completion: Completion) -> None:
        """A reply that was cut short is asked for again; one word of two is whole in any case."""
        whole = completion.finish is Finish.STOP or prompt.choice
        if self._cache is None or completion.kept or not whole:
            return
        said = {
            "text": completion.text,
            "finish": completion.finish,
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
            "likeliest": completion.likeliest,
        }
        self._cache.keep(self._key(prompt), json.dumps(said))

    def note(self, what: str) -> str | None:
        """Something else that was kept about this model."""
        return self._cache.find(digest("note", what, *self._who)) if self._cache else None

    def keep_note(self, what: str, text: str) -> None:
        if self._cache is not None:
            self._cache.keep(digest("note", what, *self._who), text)

    def _key(self, prompt: Prompt) -> str:
        return digest("reply", json.dumps(asdict(prompt)), *self._who)


def _read(text: str | None) -> Completion | None:
    try:
        return None if text is None else replace(_COMPLETION.validate_json(text), kept=True)
    except ValidationError:  # of another format than its key says
        return None


def digest(*words: str) -> str:
    """SHA-256 of words, whatever is in them; hexadecimal."""
    return hashlib.sha256(json.dumps([FORMAT, *words]).encode()).hexdigest()
