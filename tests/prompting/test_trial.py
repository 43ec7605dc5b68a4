from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import UsageError
from reviewbot.prompting.render import Renderer
from reviewbot.prompting.templates import (
    CHUNK,
    EXAMPLES,
    NAMES,
    SYSTEM,
    Templates,
    UserTemplate,
)
from reviewbot.prompting.trial import tried

_PATH = Path("/home/me/prompts/mine file.j2")


def _tried(name: str, content: bytes) -> Templates:
    return tried(Templates((UserTemplate(name, _PATH, content),)))


def _examples(**changed: object) -> str:
    example = {"path": "a.py", "code": "+1|x", "reply": {"findings": []}} | changed
    return json.dumps([example])


@pytest.mark.parametrize(
    ("name", "text", "line", "problem"),
    [
        (SYSTEM, "one\n{{ two", 2, "unexpected end of template"),
        (SYSTEM, "one\n\n{% if x %}", 3, "Unexpected end of template"),
        (SYSTEM, "{% nothing %}", 1, "unknown tag 'nothing'"),
        (SYSTEM, "one\n{{ two }}", 2, "there is no variable 'two'; it is given: categories, "),
        (SYSTEM, "x\n{% if max_findings > 9 %}\n{{ no }}\n{% endif %}", 3, "no variable 'no'"),
        (SYSTEM, "x\n{{ max_findings.no }}", 2, "has no attribute 'no'"),
        (SYSTEM, "x\n{{ 1 // 0 }}", 2, "division"),
        (SYSTEM, "x\n{{ categories + 1 }}", 2, "concatenate"),
        (SYSTEM, "x\n{{ categories | nothing }}", 2, "No filter named 'nothing'"),
        (SYSTEM, "{{ categories.__class__.__mro__ }}", 1, "unsafe"),
        (SYSTEM, '{% include "other.j2" %}', 1, "there is no template 'other.j2' to include"),
        (SYSTEM, '{% include "/etc/passwd" %}', 1, "there is no template '/etc/passwd'"),
        (SYSTEM, '{% include "review_system.j2" %}', 1, "it includes itself"),
        (SYSTEM, " \n", None, "it says nothing"),
        (CHUNK, "{{ path }}", None, "it does not show the code"),
        (CHUNK, "{% if references %}{{ code }}{% endif %}", None, "it says nothing"),
        (CHUNK, "{{ code }}{{ max_findings }}", 1, "it is given: path, header, references, code"),
        (EXAMPLES, "[\n{", 2, "the examples are no JSON: Expecting property name"),
        (EXAMPLES, "{}", None, "the examples: the list: input should be a valid list"),
        (EXAMPLES, _examples(path=3), None, "the examples: 0.path: input should be"),
        (EXAMPLES, _examples(code=" "), None, "the examples: 0.code: value error, is empty"),
        (EXAMPLES, _examples(cod=1), None, "the examples: 0.cod: extra inputs"),
        (EXAMPLES, _examples(reply=[]), None, "the examples: 0.reply"),
        (EXAMPLES, _examples(reply={"findings": [1]}), None, "0.reply.findings.0"),
        (EXAMPLES, "[" * 100_000, None, "nested too deep"),
        (EXAMPLES, "{{ path }}", 1, "it is given: none"),
    ],
)
def test_a_fault_is_told_with_file_line_and_remedy(
    name: str, text: str, line: int | None, problem: str
) -> None:
    with pytest.raises(UsageError) as caught:
        _tried(name, text.encode())
    where = f"{_PATH}, line {line}: " if line else f"{_PATH}: "
    assert caught.value.message.startswith(where)
    assert problem in caught.value.message
    assert caught.value.remedy.endswith(f"rm '{_PATH}'")


def test_a_file_that_is_not_utf_8_is_told_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"mine file\.j2, line 2: it is not UTF-8"):
        _tried(SYSTEM, b"one\nna\xefve")


def test_no_examples_are_a_choice() -> None:
    templates = _tried(EXAMPLES, b"[]")
    assert [message.role for message in Renderer(templates=templates).review(None).messages] == [
        "system",
        "user",
    ]


@given(st.sampled_from(NAMES), st.text("{}%# \n\"'abc[]:.()|_-+*0") | st.text())
def test_any_file_is_used_or_refused(name: str, text: str) -> None:
    """What was accepted renders; what was not is told as the user's mistake."""
    try:
        templates = _tried(name, text.encode("utf-8", "surrogatepass"))
    except UsageError:
        return
    Renderer(templates=templates).review(None)
