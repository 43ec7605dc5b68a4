"""What a model says of a change stands on its marks, or is dropped."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import ReplyError
from reviewbot.explain.closing import closed
from reviewbot.explain.explanation import Draft
from reviewbot.explain.marks import Marks
from reviewbot.explain.reply import read_draft, read_points, read_so_far
from reviewbot.finding import Location, Side

_PLACES = {"1": Location("a.py", Side.NEW, 3, 5), "2": Location("b.py", Side.NEW, 7, 7)}
_MARKS = Marks(_PLACES, {"1": frozenset(), "2": frozenset()})
_WHOLE = {
    "intent": "It adds a limit.",
    "concerns": [
        {"title": "Limit", "points": [{"says": "Requests are counted.", "where": ["1", "2"]}]},
        {"title": "Nothing", "points": [{"says": "It cites nothing.", "where": ["9"]}]},
    ],
    "before": [{"says": "There was no limit.", "where": ["1"]}],
    "after": [],
    "risks": [{"says": "", "where": ["1"]}],
    "tests": [{"says": "See a.py:99 for (b.py:7) more [2].", "where": ["2", "2", "77"]}],
    "questions": [],
}


def test_statements_stand_on_the_places_of_their_marks() -> None:
    draft = read_draft(json.dumps(_WHOLE), _MARKS)
    (concern,) = draft.concerns
    assert concern.statements[0].places == (_PLACES["1"], _PLACES["2"])
    assert [one.text for one in draft.before] == ["There was no limit."]


def test_what_stands_nowhere_is_dropped_and_counted() -> None:
    draft = read_draft(json.dumps(_WHOLE), _MARKS)
    assert draft.risks == ()
    assert draft.dropped == 4  # mark 9 and its statement, the empty risk, mark 77


def test_a_citation_in_prose_is_not_believed() -> None:
    (test,) = read_draft(json.dumps(_WHOLE), _MARKS).tests
    assert test.text == "See for more."
    assert test.places == (_PLACES["2"],)


@pytest.mark.parametrize("text", ["", "no", "[]", '{"intent": 3}', '{"concerns": [1]}'])
def test_what_is_no_explanation_is_refused(text: str) -> None:
    with pytest.raises(ReplyError):
        read_draft(text, _MARKS)


def test_points_without_a_mark_of_the_change_are_left_out() -> None:
    text = json.dumps(
        {"points": [{"says": "a", "where": ["3"]}, {"says": "b", "where": ["1", "8"]}]}
    )
    (point,) = read_points(text, _MARKS)
    assert (point.says, point.where) == ("b …", ("1",))


def test_control_characters_and_links_are_no_part_of_a_statement() -> None:
    whole = {"intent": "\x1b[31mred\x07 http://evil.example/x"}
    assert read_draft(json.dumps(whole), _MARKS).intent == "[31mred http: //evil.example/x …"


def test_a_reply_is_read_while_it_is_written() -> None:
    text = json.dumps(_WHOLE)
    seen = [read_so_far(text[:end], _MARKS) for end in range(len(text) + 1)]
    assert seen[0] == Draft()
    assert seen[-1] == read_draft(text, _MARKS)
    for before, after in pairwise(seen):
        assert after.intent.startswith(before.intent)
        assert len(after.statements) >= len(before.statements)
        assert set(before.statements) <= set(after.statements)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), _JSON, max_size=4), st.data())
def test_any_beginning_of_an_object_is_closed_to_an_object(
    value: dict[str, object], data: st.DataObject
) -> None:
    text = json.dumps(value)
    end = data.draw(st.integers(0, len(text)))
    assert isinstance(json.loads(closed(text[:end])), dict)
    assert json.loads(closed(text)) == value
