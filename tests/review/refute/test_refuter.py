from __future__ import annotations

import json

import pytest

from reviewbot.prompt import Message, Prompt, Sampling
from reviewbot.prompting.render import Renderer
from reviewbot.review.refute.answers import examples_of
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.refuter import Held, Refuter
from tests.review.refute import EXAMPLES, added, chunk_of, finding_of, judged

CHUNK = added("a.go", "one(1)\none(1)\ntwo(2)\nif now.Before(s.Expires) {\n")


def _held(*said: tuple[str, str]) -> Held:
    findings = [finding_of(CHUNK, quote, message) for quote, message in said]
    return Refuter(Files({}), Renderer().review(None)).held(findings, CHUNK)


def test_nothing_is_held_against_nothing() -> None:
    assert _held() == Held(())


@pytest.mark.parametrize(
    ("said", "repeated"),
    [
        ([("one(1)", "It leaks `x`."), ("two(2)", "It leaks `x`!")], 1),
        ([("one(1)", "It leaks `x`."), ("two(2)", "It leaks `y`.")], 0),
        ([("one(1)", "It leaks."), ("one(1)", "It leaks.")], 1),
        ([("two(2)", "It frees the block that the caller passed one time too many."),
          ("two(2)", "It frees the block that the caller passed one time too often.")], 1),
        ([("two(2)", "It frees 1 of the blocks that the caller passed to the function."),
          ("two(2)", "It frees 2 of the blocks that the caller passed to the function.")], 0),
        ([("two(2)", "The caller does know that the block is gone after this call here."),
          ("two(2)", "The caller does not know that the block is gone after this call here.")], 0),
    ],
)  # fmt: skip
def test_what_was_said_before_is_counted_once(said: list[tuple[str, str]], repeated: int) -> None:
    held = _held(*said)
    assert len(held.findings) == len(said) - repeated
    assert held.refuted == ({"repeated": repeated} if repeated else {})


def test_the_same_of_equal_code_in_two_places_is_two_claims() -> None:
    chunk = chunk_of("a.py", "+one(1)\n two()\n+one(1)\n")
    first = finding_of(chunk, "one(1)", "It leaks.")
    second = finding_of(chunk_of("a.py", " one(1)\n two()\n+one(1)\n"), "one(1)", "It leaks.")
    held = Refuter(Files({}), Renderer().review(None)).held([first, second], chunk)
    assert held.findings == (first, second)


def test_an_example_of_the_prompt_is_refuted_but_on_its_own_code() -> None:
    (problem,) = EXAMPLES
    assert judged(CHUNK, "two(2)", problem) == "example"
    assert judged(CHUNK, "if now.Before(s.Expires) {", problem) is None


@pytest.mark.parametrize("content", ["no JSON", "[]", '{"findings": [1]}', '{"findings": 1}', "1"])
def test_examples_of_other_forms_are_passed_over(content: str) -> None:
    shown = Prompt((Message("assistant", content),), "", 1, Sampling())
    assert examples_of(shown) == {}


def test_examples_are_read_from_replies() -> None:
    reply = json.dumps({"findings": [{"problem": "It  fails.", "quote": "f( x )"}]})
    assert examples_of(Prompt((Message("assistant", reply),), "", 1, Sampling())) == {
        "it fails": "f x"
    }


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("string", "placeholder"),
        ("…", "placeholder"),
        ("As an AI, I find it risky.", "self-talk"),
        ("My previous answer was incomplete.", "self-talk"),
        ("The findings list should be empty.", "self-talk"),
        ("AIとして判断できません。", "self-talk"),
        ("The response is cached for all users.", None),
        ("The JSON is not escaped.", None),
        ("The output must follow the given schema, and the id is a text.", None),
        ("I cannot see the rest of the file.", "self-talk"),
        ("I cannot see where the name is checked: any file is read.", None),
        ("The schema must be checked before the insert: any table is written.", None),
    ],
)
def test_talk_of_the_answer_is_refuted(message: str, outcome: str | None) -> None:
    assert judged(CHUNK, "two(2)", message) == outcome


def test_talk_that_is_in_the_code_is_no_talk_of_the_answer() -> None:
    chunk = added("a.py", 'say("As an AI I am sorry")\n')
    message = "The text `As an AI` is sent to all users."
    assert judged(chunk, 'say("As an AI I am sorry")', message) is None
