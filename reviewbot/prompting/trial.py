"""Try the user's templates on sample values: a fault in one is told before a model is loaded."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from typing import Annotated, Any

import jinja2
from jinja2 import meta, nodes
from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from reviewbot.prompting.templates import CHUNK, EXAMPLES, HIT, SYSTEM, Templates, UserTemplate

_CODE = "+1|changed_code()"
_ALL: Mapping[str, object] = {
    "path": "a.py",
    "header": "def a():",
    "references": " 7|b()",
    "code": _CODE,
}
_HIT: Mapping[str, object] = {
    "path": "a.py",
    "header": "def a():",
    "linter": "ruff",
    "rule": "F821",
    "line": 1,
    "message": "Undefined name `b`",
    "code": _CODE,
}
_INSTRUCTIONS: Mapping[str, object] = {
    "categories": ["correctness"],
    "severities": ["error"],
    "max_findings": 4,
    "language": "German",
}
# What each template is given, in the ways that matter: with and without what may be empty.
SAMPLES: Mapping[str, tuple[Mapping[str, object], ...]] = {
    SYSTEM: (_INSTRUCTIONS, {**_INSTRUCTIONS, "language": ""}),
    CHUNK: (_ALL, {**_ALL, "header": "", "references": ""}),
    EXAMPLES: ({},),
    HIT: (_HIT, {**_HIT, "header": ""}),
}
# What a template can raise while it is rendered: jinja2's own, and Python's of an expression.
_RAISED = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


_Text = Annotated[str, AfterValidator(_some_text)]


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    findings: list[dict[str, str]]


class _Example(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    path: _Text
    code: _Text
    reply: _Reply


def tried(templates: Templates) -> Templates:
    """The templates, each of which has been rendered once. Raises UsageError."""
    environment = templates.environment()
    for template in templates.replaced:
        _check_names(template, environment)
        for sample in SAMPLES[template.name]:
            _check_text(template, _rendered(template, environment, sample))
    return templates


def _check_names(template: UserTemplate, environment: jinja2.Environment) -> None:
    """A branch that is not taken today must not fail tomorrow."""
    try:
        tree = environment.parse(template.text)
        asked_for = meta.find_undeclared_variables(tree)
    except jinja2.TemplateSyntaxError as error:
        raise template.fault(error.lineno, error.message or "it is no template") from None
    known = SAMPLES[template.name][0]
    unknown = asked_for - set(environment.globals) - set(known)
    for node in tree.find_all(nodes.Name):
        if node.name in unknown:
            given = ", ".join(known) or "none"
            raise template.fault(
                node.lineno, f"there is no variable {node.name!r}; it is given: {given}"
            )


def _rendered(
    template: UserTemplate, environment: jinja2.Environment, sample: Mapping[str, object]
) -> str:
    try:
        return environment.get_template(template.name).render(sample)
    except _RAISED as error:
        raise template.fault(_line(template, error), _problem(error)) from None


def _problem(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return 'it includes itself; reviewbot\'s own is "default/NAME"'
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template {error.name!r} to include"
    return str(error) or type(error).__name__


def _line(template: UserTemplate, error: Exception) -> int | None:
    """Where in the template: jinja2 writes its lines into the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(template.path)]
    return lines[-1] if lines else None


def _check_text(template: UserTemplate, text: str) -> None:
    if not text.strip():
        raise template.fault(None, "it says nothing")
    if template.name in (CHUNK, HIT) and _CODE not in text:
        raise template.fault(None, "it does not show the code, {{ code }}")
    if template.name == EXAMPLES:
        _check_examples(template, text)


def _check_examples(template: UserTemplate, text: str) -> None:
    try:
        TypeAdapter(list[_Example]).validate_python(_parsed(template, text))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the list"
        raise template.fault(None, f"the examples: {where}: {first['msg'].lower()}") from None


def _parsed(template: UserTemplate, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise template.fault(error.lineno, f"the examples are no JSON: {error.msg}") from None
    except RecursionError:
        raise template.fault(None, "the examples are nested too deep") from None
