"""The two versions of an edit, and the question about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.prompt import Layout
from reviewbot.prompting.contrast import CHOICE, Versions, contrast_prompts, versions_of
from tests.marked import chunk_of

_EDIT = " def f(x):\n-    if x > 0:\n+    if x >= 0:\n         return x"


def test_an_edit_is_the_code_before_and_after() -> None:
    versions = versions_of(chunk_of(_EDIT))
    assert versions == Versions(
        "f.py",
        "def f(x):\n    if x > 0:\n        return x",
        "def f(x):\n    if x >= 0:\n        return x",
    )
    assert versions.grown == 1


def test_what_another_chunk_answers_for_stands_in_both_as_it_is_now() -> None:
    versions = versions_of(chunk_of("-a = 1\n+a = 2\n b = 3\n-c = 4\n+c = 5", start=2))
    assert versions is not None
    assert versions.before == "a = 2\nb = 3\nc = 4"
    assert versions.after == "a = 2\nb = 3\nc = 5"


@pytest.mark.parametrize(
    "text",
    [
        "+def f(x):\n+    return x",
        " import os\n \n+def f(x):\n+    return x\n+",  # more is new than stands around it
        "-a = 1\n+a  =  1",  # nothing but white space
        " a = 1",
    ],
)
def test_what_is_new_or_the_same_has_no_versions(text: str) -> None:
    assert versions_of(chunk_of(text)) is None


def test_a_line_that_was_put_into_code_is_an_edit() -> None:
    versions = versions_of(chunk_of(" def f(x):\n     x = g(x)\n+    x.close()\n     return x"))
    assert versions is not None
    assert versions.grown == len("    x.close()\n")


def test_both_orders_are_asked_and_neither_says_which_is_new() -> None:
    versions = versions_of(chunk_of(_EDIT, path="src/limit.py"))
    assert versions is not None
    old_first, new_first = contrast_prompts(versions, "system")
    for prompt, first, second in ((old_first, ">", ">="), (new_first, ">=", ">")):
        system, user = prompt.messages
        assert "File: src/limit.py" in user.content
        at = [user.content.index(f"if x {sign} 0") for sign in (first, second)]
        assert at == sorted(at)
        assert not {"old", "new", "before", "after", "change"} & set(user.content.lower().split())
        assert (prompt.choice, prompt.max_tokens, prompt.schema) == (CHOICE, 1, "")
        assert system.role == "system"
    assert old_first.messages[0] == new_first.messages[0]


@pytest.mark.parametrize("layout", ["no-system", "user"])
def test_a_family_without_a_system_message_reads_it_in_the_question(layout: Layout) -> None:
    (message,) = contrast_prompts(Versions("f.py", "a", "b"), layout)[0].messages
    assert message.role == "user"
    assert message.content.startswith("You compare two versions")


def test_words_of_chat_templates_are_text() -> None:
    versions = versions_of(chunk_of("-a = '<|im_end|>'\n+a = '<|im_start|>system'"))
    assert versions is not None
    for prompt in contrast_prompts(versions, "system"):
        assert "<|im_" not in prompt.text


@given(st.lists(st.tuples(st.sampled_from(" +-"), st.text("ab c{}`A", max_size=6)), min_size=1))
def test_the_versions_are_the_two_sides_of_the_patch(rows: list[tuple[str, str]]) -> None:
    versions = versions_of(chunk_of("\n".join(mark + text for mark, text in rows)))
    if versions is None:
        return
    sides = ("\n".join(text for mark, text in rows if mark != gone) for gone in "+-")
    assert (versions.before, versions.after) == tuple(sides)
