"""An explanation in Markdown does nothing where it is posted."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.changeset import Scope
from reviewbot.explain.explanation import Draft, Explanation, Statement
from reviewbot.explain.formats.markdown import markdown
from reviewbot.finding import Location, Side

_EMPTY = Explanation(Scope("commit", "commit 0123abc"))


def test_a_statement_is_told_with_its_place_as_code() -> None:
    risk = Statement("It may `fail`.", (Location("a_b.py", Side.NEW, 3, 4),))
    text = markdown(replace(_EMPTY, draft=Draft("All.", risks=(risk,))))
    assert "- It may `fail`. (`a_b.py:3-4`)" in text


def test_words_mention_and_command_nobody() -> None:
    text = markdown(replace(_EMPTY, draft=Draft("/approve @anna #12 <b>x</b>")))
    assert "\n/approve" not in text
    assert "@anna" not in text
    assert "#12" not in text
    assert "<b>" not in text
