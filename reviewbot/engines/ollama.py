"""Ollama by its native API: prompts are asked here, and its refusals are told.

How a model is loaded stands in `ollama_load.py`, with which window in `ollama_window.py`, what a
call says in `ollama_chat.py`, how a cut prompt is seen in `ollama_overflow.py`. Here is what is
done about a call that did not go well:

- A busy server is asked again after a pause, within a bound and the deadline.
- A server that went away in mid-review has a moment to come back. The chunk that it was at has
  failed; the next ones are asked.
- A thought over its bound, or one without an answer behind it (seen with 0.32.15: a model may end
  its turn in the thought), is followed by one call without a thought.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from reviewbot.engines.backoff import Backoff
from reviewbot.engines.base import OnPiece, Patience, ReplyText
from reviewbot.engines.cutoff import cut_off
from reviewbot.engines.ollama_chat import Call, completed, read, request_body
from reviewbot.engines.ollama_load import Ready, ready
from reviewbot.engines.ollama_memory import instead_of, is_too_large
from reviewbot.engines.ollama_overflow import COUNTS_UNCACHED, is_cut, is_short
from reviewbot.engines.ollama_server import (
    BUSY,
    BUSY_SECONDS,
    OllamaDown,
    OllamaServer,
    limits,
    remedy_of,
)
from reviewbot.engines.ollama_window import NO_WISH, Wish
from reviewbot.engines.wire import StatusError, declined
from reviewbot.errors import EngineError, EngineUnavailable, ReplyError
from reviewbot.models.catalog import Family, family_of
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo

_RESTART_SECONDS = 1.6  # with one more try, less than the 2 s in which a dead server is told
_NOT_FOUND = 404


class OllamaEngine:
    def __init__(self, server: OllamaServer, model: Ready, patience: Patience) -> None:
        self._server = server
        self._model = model
        self._patience = patience

    @property
    def info(self) -> EngineInfo:
        return self._model.info

    @property
    def family(self) -> Family:
        return family_of(self.info.model)

    @property
    def slots(self) -> int | None:
        return None  # OLLAMA_NUM_PARALLEL is not told

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002  (no such endpoint)
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        level, least = map(self._model.thinking.level, (prompt.think, "off"))
        first = self._patiently(Call(self._model, prompt, level, level != least), on_piece)
        if level == least or first.text.strip():
            return _answered(first)
        written = first.completion_tokens
        second = self._patiently(Call(self._model, prompt, least, bounded=False), on_piece)
        return _answered(
            replace(
                second,
                prompt_tokens=first.prompt_tokens + second.prompt_tokens,
                completion_tokens=written + second.completion_tokens,
                thought=first.thought + second.thought,
                retries=first.retries + second.retries,
            )
        )

    def _patiently(self, call: Call, on_piece: OnPiece) -> Completion:
        busy = Backoff(self._patience, BUSY_SECONDS)
        down = Backoff(self._patience, _RESTART_SECONDS)
        retries = 0
        while True:
            try:
                return replace(self._asked(call, on_piece), retries=retries)
            except StatusError as refused:
                if refused.status not in BUSY or not busy.pause(refused.retry_after):
                    raise self._told(refused) from None
            except OllamaDown:
                if not down.pause():
                    raise
            retries += 1

    def _asked(self, call: Call, on_piece: OnPiece) -> Completion:
        text = ReplyText(on_piece)
        with (
            self._server.translated(self._patience, broken=ReplyError),
            cut_off(self._patience) as extensions,
            self._server.raw.stream(
                "POST",
                "/api/chat",
                json=request_body(call),
                timeout=limits(self._patience),
                extensions=extensions,
            ) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise declined(response)
            completion = completed(call, text, read(response, call, self._patience, text))
        self._check_counts(call.prompt, completion)
        return completion

    def _check_counts(self, prompt: Prompt, completion: Completion) -> None:
        """Raise ReplyError where the server's own counts say that words were lost."""
        window, counted = self._model.window, completion.prompt_tokens
        if is_cut(counted, prompt.text, window):
            self._raise_cut(prompt, counted)
        if counted + completion.completion_tokens > window:
            raise ReplyError("the context ran over while the model wrote: part of it was lost")

    def _raise_cut(self, prompt: Prompt, counted: int) -> None:
        version = self._server.version()
        if is_short(counted, prompt.text) and version.startswith(COUNTS_UNCACHED):
            return
        raise ReplyError(
            f"Ollama {version} cut the prompt: it read only {counted} tokens of it"
            " (0.12.4 and later refuse instead: update it, or give it a larger context)"
        )

    def _told(self, refused: StatusError) -> EngineError:
        """A refusal as an error of ours: one that meets every chunk is the server's state."""
        said = f"Ollama at {self._server.endpoint.label} answered {refused.message}"
        if is_too_large(refused.said):
            return EngineUnavailable(said, instead_of(self.info.model, self._model.window))
        if refused.status == _NOT_FOUND:
            return EngineUnavailable(said, f"fetch it with: ollama pull {self.info.model}")
        if refused.status in BUSY:
            return EngineUnavailable(f"{said}; it stays busy", remedy_of(refused))
        if remedy := remedy_of(refused):
            return EngineUnavailable(said, remedy)
        return ReplyError(said)


@contextmanager
def open_ollama(
    server: OllamaServer, model: str, patience: Patience, wish: Wish = NO_WISH
) -> Iterator[OllamaEngine]:
    """The engine with the model in memory, as the user wishes it.

    Raises UsageError for a model that the server does not hold, RefusedError for one that it
    would forward to a cloud, EngineUnavailable when it cannot be loaded.
    """
    yield OllamaEngine(server, ready(server, model, patience, wish), patience)


def _answered(completion: Completion) -> Completion:
    """Raises ReplyError for a thought that left nothing for the answer."""
    if completion.text.strip() or not completion.thought:
        return completion
    did = "took all the tokens of" if completion.finish is Finish.LENGTH else "left nothing for"
    raise ReplyError(f"the model's thought {did} the reply: try --think low, or --think off")
