"""Any server that speaks OpenAI's HTTP API: llama-server, LM Studio, LocalAI, vLLM, a gateway.

By httpx, not the `openai` package, which trusts the environment's proxies and keys and follows
redirects (seen with 3.52.0). What each server is asked stands in `openai_window.py` and
`openai_tokens.py`; here is how a prompt is asked, and what is done about a refusal:

- Structured output is asked for in the strongest form that the server takes, learnt from its
  refusals once for a server and model (`forms.py`).
- A field about the thought or about probabilities that the server refuses by name is left out
  from then on.
- A busy server, and one that lost the prompt, is asked again within bounds (`openai_again.py`).
- Empty content is a failure: LM Studio answers so when the prompt is too long (its issue 2339).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from reviewbot.engines import chat_completions, thinking
from reviewbot.engines.base import OnPiece, Patience
from reviewbot.engines.cloud import refuse_cloud
from reviewbot.engines.forms import Forms
from reviewbot.engines.learnt import FORGETFUL, Memory
from reviewbot.engines.openai_again import Again
from reviewbot.engines.openai_server import Model, OpenAIServer
from reviewbot.engines.openai_slots import slots_of
from reviewbot.engines.openai_tokens import count
from reviewbot.engines.openai_window import DEFAULT_WINDOW, window_of
from reviewbot.engines.wire import StatusError
from reviewbot.errors import EngineError, EngineUnavailable, ReplyError, UsageError, nearest
from reviewbot.models.catalog import Family, family_of, preferred
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo

# What a refusal of a form of `response_format` speaks of.
_FORM_REFUSED = (400, 415, 422, 500, 501)
# Fields that not every server knows, and how one that knows them not may refuse them.
_OPTIONAL = (
    *("chat_template_kwargs", "thinking_budget_tokens", "reasoning_effort"),
    *("top_logprobs", "logprobs"),
)
_FIELD_REFUSED = (400, 422)
_OF_THE_FORM = re.compile(r"response_?format|json_|schema|grammar|structured|guided", re.IGNORECASE)


class _CannotContinueError(Exception):
    """The server does not go on behind a message that it is given."""


class OpenAIEngine:
    def __init__(
        self,
        server: OpenAIServer,
        info: EngineInfo,
        patience: Patience,
        forms: Forms,
        slots: int | None = None,
    ) -> None:
        self._server = server
        self._info = info
        self._patience = patience
        self._slots = slots
        self._forms = forms
        # What was learnt of the server. Threads share it: each value is replaced as a whole.
        self._without: frozenset[str] = frozenset()
        self._continues = True
        self._answers = 0

    @property
    def info(self) -> EngineInfo:
        return self._info

    @property
    def family(self) -> Family:
        return family_of(self._info.model)

    @property
    def slots(self) -> int | None:
        return self._slots

    def count_tokens(self, prompt: Prompt) -> int | None:
        return count(self._server, self._info.model, prompt)

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        body = chat_completions.request_body(prompt, self.family) | {"model": self._info.model}
        bound = thinking.bound_of(prompt, self.family)
        first = self._asked(body, on_piece, bound)
        if bound is None or not thinking.answer_is_missing(first):
            return _checked(first)
        return _checked(thinking.joined(first, self._behind(first.thought, body, prompt, on_piece)))

    def _behind(
        self, thought: str, body: dict[str, Any], prompt: Prompt, on_piece: OnPiece
    ) -> Completion:
        """The answer behind a thought that was cut, or one without a thought from a server that
        cannot go on with a message."""
        if self._continues:
            try:
                return self._asked(thinking.continued(body, prompt, thought), on_piece)
            except _CannotContinueError:
                self._continues = False
        return self._asked(thinking.without_thought(body), on_piece)

    def _asked(
        self, body: dict[str, Any], on_piece: OnPiece, bound: int | None = None
    ) -> Completion:
        again = Again(self._patience, lambda: self._answers)
        while True:
            form = self._forms.current if "response_format" in body else None
            asked = _in_form(body, form, self._without)
            try:
                completion = self._server.chat(asked, self._patience, on_piece, bound)
            except StatusError as refused:
                if not self._learns(refused, asked, form) and not again.after(refused):
                    raise again.told(self._told(refused)) from None
            except EngineError as error:
                if not again.after(error):
                    raise again.told(error) from None
            else:
                return self._taken(form, replace(completion, retries=again.retries))

    def _taken(self, form: str | None, completion: Completion) -> Completion:
        self._answers += 1  # threads may lose a count, and do not mind
        if form is not None and completion.text.strip():
            self._forms.took(form)
        return completion

    def _learns(self, refused: StatusError, asked: dict[str, Any], form: str | None) -> bool:
        """Whether there is another way to ask. Raises _CannotContinueError."""
        if "continue_final_message" in asked and refused.status in _FIELD_REFUSED:
            raise _CannotContinueError from None
        if named := _refused_fields(refused, asked):
            self._without |= named
            return True
        return form is not None and _is_of_the_form(refused) and self._forms.refused(form)

    def _told(self, refused: StatusError) -> EngineUnavailable | ReplyError:
        if refused.status != 404:  # noqa: PLR2004
            return self._server.told(refused)
        held = _names(self._server.models(self._patience) or ())
        return EngineUnavailable(
            f"{self._server.label} answered {refused.message}; {_holds(held)}",
            "name one of them with --model" if held else "check --url and --model",
        )


@contextmanager
def open_openai(
    server: OpenAIServer,
    model: str | None,
    patience: Patience,
    window: int | None = None,
    memory: Memory = FORGETFUL,
) -> Iterator[OpenAIEngine]:
    """The engine with its model and window known. `window` is the user's word, for a server that
    does not tell its own; the smaller of both holds.

    Raises UsageError, RefusedError, EngineUnavailable.
    """
    try:
        chosen = _chosen(server, model, patience)
        measured = window_of(server, chosen, patience)
    except ReplyError as error:  # here it is no reply to a chunk: without this, none can be asked
        raise EngineUnavailable(error.message, error.remedy) from None
    notes: tuple[str, ...] = ()
    if measured is None and window is None:
        notes = (
            f"{server.label} does not tell its context window: {DEFAULT_WINDOW} tokens are"
            " assumed; --window N says better",
        )
    known = [tokens for tokens in (measured, window) if tokens]
    info = EngineInfo("openai", chosen.name, None, min(known, default=DEFAULT_WINDOW), notes)
    forms = Forms(memory, _identity(server, chosen, measured))
    slots = slots_of(server, chosen, info.window or DEFAULT_WINDOW)
    yield OpenAIEngine(server, info, patience, forms, slots)


def _identity(server: OpenAIServer, model: Model, window: int | None) -> tuple[str, ...]:
    """What tells one server and model from another. Of what `/v1/models` says no more holds
    still: `created` is the time of the question (llama.cpp, vLLM)."""
    return server.label, model.name, str(model.facts.get("owned_by")), str(window)


def _in_form(body: dict[str, Any], form: str | None, without: frozenset[str]) -> dict[str, Any]:
    """The request with the form of structured output and the fields that the server takes."""
    asked = {key: value for key, value in body.items() if key not in without}
    if form == "json_object":
        asked["response_format"] = {"type": form}
    elif form == "":
        del asked["response_format"]
    return asked


def _refused_fields(refused: StatusError, asked: dict[str, Any]) -> frozenset[str]:
    """The fields that a refusal names and that can be done without."""
    if refused.status not in _FIELD_REFUSED:
        return frozenset()
    return frozenset(name for name in _OPTIONAL if name in asked and name in refused.said)


def _chosen(server: OpenAIServer, wanted: str | None, patience: Patience) -> Model:
    if wanted:
        refuse_cloud(wanted, {})
    listed = server.models(patience)
    if wanted and not listed:  # a gateway need not list what it has
        return Model(wanted)
    held = {model.name: model for model in listed or ()}
    if wanted in held:
        return held[wanted]
    if wanted:
        near = nearest(wanted, held)
        raise UsageError(f"{server.label} has no model {wanted!r}; {near}", "see --model")
    name = _only(_names(listed or ()))
    if name is None:
        raise UsageError(f"{server.label}: which model? {_holds(list(held))}", "name it by --model")
    refuse_cloud(name, {})
    return held[name]


def _only(names: Sequence[str]) -> str | None:
    return names[0] if len(names) == 1 else preferred(names)


def _names(models: Sequence[Model]) -> list[str]:
    """What can answer: LM Studio lists embedding models beside the others."""
    return [model.name for model in models if "embed" not in model.name.lower()]


def _holds(names: Sequence[str]) -> str:
    return f"it holds {', '.join(names)}" if names else "it lists no model"


def _is_of_the_form(refused: StatusError) -> bool:
    return refused.status in _FORM_REFUSED and bool(_OF_THE_FORM.search(refused.said))


def _checked(completion: Completion) -> Completion:
    if completion.text.strip():
        return completion
    if completion.thought and completion.finish is Finish.LENGTH:
        raise ReplyError("the model's thought took all the tokens of the reply")
    raise ReplyError("the reply is empty")
