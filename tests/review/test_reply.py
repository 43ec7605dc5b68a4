from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.finding import Category, Severity
from reviewbot.prompt import Completion, Finish
from reviewbot.review.reply import Reply, read_reply

ITEM = {"quote": "x = 1", "problem": "It is wrong.", "category": "test", "severity": "note"}
WHOLE = json.dumps({"findings": [ITEM]})


def _read(text: str, finish: Finish = Finish.STOP) -> Reply:
    return read_reply(Completion(text, finish))


def _item(**values: object) -> str:
    return json.dumps({"findings": [ITEM | values]})


def test_a_whole_reply_is_read() -> None:
    reply = _read(WHOLE)
    (candidate,) = reply.candidates
    assert reply.fault == ""
    assert (candidate.quote, candidate.message) == ("x = 1", "It is wrong.")
    assert (candidate.category, candidate.severity) == (Category.TEST, Severity.NOTE)


def test_no_findings_are_a_whole_reply() -> None:
    assert _read(' {"findings": []}\n') == Reply(())


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{WHOLE}\n```",
        f"```\n{WHOLE}```\n",
        f"<think>is it {{wrong}}?</think>\n{WHOLE}",
        f"it is wrong</think>{WHOLE}",
        f'<think>{{"findings": []}}</think>\n```json\n{WHOLE}\n```',
    ],
)
def test_fences_and_thoughts_around_the_reply_are_passed_over(text: str) -> None:
    assert _read(text) == _read(WHOLE)


@pytest.mark.parametrize("frame", ["{}", "```json\n{}\n```"])
def test_a_quote_may_hold_the_mark_of_a_thought(frame: str) -> None:
    reply = _read(frame.replace("{}", _item(quote="split('</think>')")))
    assert [candidate.quote for candidate in reply.candidates] == ["split('</think>')"]
    assert not reply.fault


@pytest.mark.parametrize("finish", list(Finish))
def test_what_stands_in_an_unfinished_thought_is_no_finding(finish: Finish) -> None:
    reply = _read(f"<think>perhaps {WHOLE}", finish)
    assert reply.candidates == ()
    assert reply.fault


@pytest.mark.parametrize("text", ["", " \n", "<think>nothing</think>", "```json\n\n```"])
def test_an_empty_reply_is_a_fault(text: str) -> None:
    assert _read(text) == Reply((), "the reply is empty")


@pytest.mark.parametrize(
    "text",
    [
        "No problems found.",
        "[]",
        "null",
        '{"findings": null}',
        '{"issues": []}',
        '{"findings": [], "note": "x"}',
        '{"findings": []} and more',
        '{"findings": [NaN]}',
        '{"findings": [Infinity]}',
        _item(severity="critical"),
        _item(category="style"),
        _item(line=3),
        _item(quote=""),
        _item(problem=" \u0007"),
        _item(quote=3),
        '{"findings": [{"quote": "x"}]}',
        '{"findings": [' + "9" * 5000 + "]}",
        "[" * 100_000,
        '{"findings": [' + "[" * 100_000,
        '{"findings": ' + '{"a":' * 100_000,
    ],
)
def test_a_reply_of_another_form_is_a_fault(text: str) -> None:
    reply = _read(text)
    assert reply.candidates == ()
    assert reply.fault.startswith("the reply is not what was asked for: ")
    assert len(reply.fault) < 300


def test_good_findings_beside_a_bad_one_are_kept_and_the_reply_is_a_fault() -> None:
    bad = ITEM | {"severity": "critical"}
    reply = _read(json.dumps({"findings": [ITEM, bad, ITEM | {"quote": "y"}]}))
    assert [candidate.quote for candidate in reply.candidates] == ["x = 1", "y"]
    assert "findings.1.severity" in reply.fault


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_a_cut_reply_is_a_fault_wherever_it_is_cut(cut: int) -> None:
    both = json.dumps({"findings": [ITEM, ITEM | {"quote": "second"}]})
    first = both.index("}") + 1
    reply = _read(both[: first + cut], Finish.LENGTH)
    assert reply.candidates[0].quote == "x = 1"
    assert reply.fault == "the reply was cut at its length limit"
    assert _read(both[:cut], Finish.LENGTH).fault == reply.fault


def test_a_reply_that_ends_at_the_limit_is_a_fault_even_if_it_looks_whole() -> None:
    reply = _read(WHOLE, Finish.LENGTH)
    assert len(reply.candidates) == 1
    assert reply.fault


def test_what_a_terminal_obeys_does_not_come_in() -> None:
    (candidate,) = _read(
        _item(quote="a\u001b[31m\u202eb", problem="one\u001b]52;c;x\u0007\ntwo\u2066")
    ).candidates
    assert candidate.quote == "a[31m\\u202eb"
    assert candidate.message == "one]52;c;x two\\u2066"


def test_long_texts_are_cut() -> None:
    (candidate,) = _read(_item(quote="q" * 9000, problem="p" * 9000)).candidates
    assert (len(candidate.quote), len(candidate.message)) == (2000, 1000)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())), st.sampled_from(Finish))
def test_no_text_is_too_odd_to_be_read(text: str, finish: Finish) -> None:
    for reply in (_read(text, finish), _read(f'{{"findings": [{text}', finish)):
        assert reply.fault
        assert all(unicodedata.category(c) not in ("Cc", "Cs") for c in reply.fault)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_no_string_of_a_model_comes_in_with_its_controls(text: str) -> None:
    for candidate in _read(_item(quote=text, problem=text)).candidates:
        shown = candidate.quote.replace("\n", "").replace("\t", "") + candidate.message
        assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
