"""Render a chunk with the templates of `reviewbot.prompts`; every word said to a model is there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

import jinja2

from reviewbot.change.context.source import Reference
from reviewbot.change.rules.rule import Rule
from reviewbot.change.secrets.search import masked
from reviewbot.changeset import Line
from reviewbot.finding import Category, Finding, Severity
from reviewbot.linters.base import Hit
from reviewbot.plain import plain_line
from reviewbot.prompt import Layout, Message, Prompt, Sampling, Think
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.ruled import told_rules
from reviewbot.prompting.special import displayed
from reviewbot.prompting.templates import (
    CHUNK,
    EXAMPLES,
    HIT,
    PACKAGED,
    RULES,
    SUSPECT,
    SYSTEM,
    VERIFY_CLAIM,
    VERIFY_SYSTEM,
    Templates,
)

# Bounds of one reply. Four findings on one hunk is already a bad day; each is some 90 tokens.
MAX_FINDINGS = 4
REPLY_TOKENS = 480
_VERDICT_TOKENS = 32
# How further answers to the same question are drawn: other than the likeliest, and no nonsense.
_DRAWING = Sampling(temperature=0.8, top_p=0.95)
# The words for a claim that stands and one that does not.
STANDS = ("yes", "no")
_QUOTE_LENGTH = 160
_MESSAGE_LENGTH = 320


class Renderer:
    """Prompts in one model family's layout, with its sampling and its bound on the thought."""

    def __init__(
        self,
        layout: Layout = "system",
        sampling: Sampling = Sampling(),
        think: Think = "off",
        templates: Templates = PACKAGED,
        language: str = "",
    ) -> None:
        """`language` is the name of the one that findings are written in; empty for English."""
        self._layout = layout
        self._sampling = sampling
        self._think = think
        self._templates = templates
        self._language = language

    def review(self, chunk: Chunk | None) -> Prompt:
        """The prompt for a chunk; for None the same prompt without code, to measure it.

        The instructions and the examples come first and are the same bytes every time, so that
        an engine reuses what it has read.
        """
        shown = chunk or Chunk("", "", ())
        return self._prompt(self._question(shown), reply_schema(shown.rules))

    def suspect(self, chunk: Chunk) -> Prompt:
        """The prompt for a chunk that is held to be wrong: which line, and why. Up to the last
        sentence it is the review's, whose reading an engine so reuses."""
        question = self._render(SUSPECT, question=self._question(chunk))
        return self._prompt(question, suspect_schema(chunk))

    def drawn(self, prompt: Prompt, number: int) -> Prompt:
        """The same question for another answer, `number` from 1. What is asked with temperature 0
        would be answered the same."""
        sampling = prompt.sampling if prompt.sampling.temperature else _DRAWING
        sampling = replace(sampling, seed=prompt.sampling.seed + number)
        return replace(prompt, sampling=sampling)

    def claim(self, finding: Finding, chunk: Chunk) -> Prompt:
        """The prompt that shows a finding by itself, to be refuted."""
        system = Message("system", self._render(VERIFY_SYSTEM))
        question = self._render(
            VERIFY_CLAIM,
            path=shown_path(chunk.path),
            header=displayed(chunk.header),
            code=numbered(chunk.lines),
            quote=displayed(plain_line(finding.quote)),
            problem=displayed(finding.message),
        )
        messages: tuple[Message, ...] = (system, Message("user", question))
        if self._layout != "system":
            messages = without_system(messages)
        return Prompt(messages, "", 1, Sampling(), choice=STANDS)

    @property
    def layout(self) -> Layout:
        return self._layout

    def _question(self, chunk: Chunk) -> str:
        """The rules stand in front, whatever template shows the code; without any, nothing
        tells that there could be."""
        rules = self._render(RULES, rules=told_rules(chunk.rules)) if chunk.rules else ""
        code = self._code(chunk)
        return f"{rules}\n\n{code}" if rules else code

    def _code(self, chunk: Chunk) -> str:
        return self._render(
            CHUNK,
            path=shown_path(chunk.path),
            header=displayed(chunk.header),
            references=_referred(chunk.references),
            code=numbered(chunk.lines),
        )

    def _prompt(self, question: str, schema: str) -> Prompt:
        messages = (*self._instructions, Message("user", question))
        if self._layout != "system":
            messages = without_system(messages)
        return Prompt(messages, schema, REPLY_TOKENS, self._sampling, self._think)

    def hit(self, hit: Hit, chunk: Chunk) -> Prompt:
        """The prompt that asks whether a linter is right, about the chunk that shows the line. It
        is one message in every layout, and begins with the same bytes every time."""
        question = self._render(
            HIT,
            path=shown_path(chunk.path),
            header=displayed(chunk.header),
            linter=hit.linter,
            rule=hit.code,
            line=hit.line,
            message=displayed(hit.message),
            code=numbered(chunk.lines),
        )
        message = Message("user", question)
        return Prompt((message,), verdict_schema(), _VERDICT_TOKENS, self._sampling, self._think)

    @cached_property
    def _instructions(self) -> tuple[Message, ...]:
        system = self._render(
            SYSTEM,
            categories=[category.value for category in Category],
            severities=[severity.value for severity in Severity],
            max_findings=MAX_FINDINGS,
            language=self._language,
        )
        if self._layout == "user":  # R1's authors advise against a system message and examples
            return (Message("system", system),)
        examples = json.loads(self._render(EXAMPLES))
        return (
            Message("system", system),
            *(Message(role, text) for pair in examples for role, text in self._turns(pair)),
        )

    def _turns(
        self, example: dict[str, object]
    ) -> tuple[tuple[Literal["user"], str], tuple[Literal["assistant"], str]]:
        question = self._render(
            CHUNK,
            path=example["path"],
            header="",
            references="",
            code=example["code"],
        )
        return ("user", question), ("assistant", json.dumps(example["reply"]))

    def _render(self, name: str, **values: object) -> str:
        return self._environment.get_template(name).render(values).strip()

    @cached_property
    def _environment(self) -> jinja2.Environment:
        return self._templates.environment()


def without_system(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The messages with the system's said first in the user's first turn."""
    system, first, *rest = messages
    return (Message("user", f"{system.content}\n\n{first.content}"), *rest)


def numbered(lines: Sequence[Line]) -> str:
    """The lines as a model sees them: a mark, the new line number, the code. Dots stand where
    lines of the file are left out.

    +12|    return pi * r
    -  |    return 3 * r
    """
    width = max((len(str(line.new_no)) for line in lines if line.new_no), default=1)
    rows = []
    before = None
    for line in lines:
        if line.new_no is not None:
            if before is not None and line.new_no > before + 1:
                rows.append("...")
            before = line.new_no
        rows.append(f"{line.kind.value}{line.new_no or '':>{width}}|{displayed(line.text)}")
    return "\n".join(rows)


def _referred(references: Sequence[Reference]) -> str:
    """The references by file, in the same form as the code."""
    rows: list[str] = []
    path = ""
    for reference in references:
        if reference.path != path:
            path = reference.path
            # A file may be called `Under review`, and no line but the template's may say so.
            rows.append(f"./{shown_path(path)}:" if " " in path else f"{shown_path(path)}:")
        rows.extend(f" {number}|{displayed(text)}" for number, text in reference.lines)
    return "\n".join(rows)


def shown_path(path: str) -> str:
    """A path is no part of the text that was redacted, and may hold a token too."""
    return displayed(plain_line(*masked([path])))


def reply_schema(rules: Sequence[Rule] = ()) -> str:
    """The JSON Schema that a reply obeys. The quote comes first: what is written next is about
    code that was copied, not about code that was remembered. Where there are rules, each finding
    names the one that it is about, or none."""
    quote = {"type": "string", "minLength": 1, "maxLength": _QUOTE_LENGTH}
    return _schema(quote, rules, least=0, most=MAX_FINDINGS)


def suspect_schema(chunk: Chunk) -> str:
    """One finding, whose quote is one of the changed lines that the chunk answers for: a grammar
    leaves the model no other."""
    texts = dict.fromkeys(displayed(line.text).strip() for line in chunk.own)
    lines = [text for text in texts if 0 < len(text) <= _QUOTE_LENGTH]
    if not lines:
        return reply_schema(chunk.rules)
    return _schema({"enum": lines}, chunk.rules, least=1, most=1)


def _schema(quote: dict[str, object], rules: Sequence[Rule], least: int, most: int) -> str:
    properties: dict[str, object] = {
        "quote": quote,
        "problem": {"type": "string", "minLength": 1, "maxLength": _MESSAGE_LENGTH},
        "category": {"enum": [category.value for category in Category]},
        "severity": {"enum": [severity.value for severity in Severity]},
    }
    if rules:
        properties["rule"] = {"enum": [*(rule.name for rule in rules), ""]}
    finding = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    findings = {"type": "array", "minItems": least, "maxItems": most, "items": finding}
    schema = {
        "type": "object",
        "properties": {"findings": findings},
        "required": ["findings"],
        "additionalProperties": False,
    }
    return json.dumps(schema, separators=(",", ":"))


def verdict_schema() -> str:
    """The JSON Schema of the word on a linter's hit."""
    schema = {
        "type": "object",
        "properties": {"real": {"type": "boolean"}},
        "required": ["real"],
        "additionalProperties": False,
    }
    return json.dumps(schema, separators=(",", ":"))
