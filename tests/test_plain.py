from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.plain import plain, plain_line

_ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("größe 日本 🎉", "größe 日本 🎉"),
        ("a\n\tb", "a\n\tb"),
        ("\x1b]52;c;ZXZpbA==\x07", "]52;c;ZXZpbA=="),
        ("\x9b31m", "31m"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("para\u2029graph", "para\\u2029graph"),
        ("\udce9", "\\xe9"),
        ("\ud800\udfff", "\ufffd\ufffd"),
        ("\r\0\x7f", ""),
    ],
)
def test_what_a_terminal_obeys_is_dropped_or_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


@settings(deadline=None)
@given(_ANY)
def test_no_control_or_format_character_is_left(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(c) for c in shown if c not in "\n\t"} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }
    shown.encode()
    assert plain(shown) == shown


@settings(deadline=None)
@given(_ANY)
def test_plain_line_is_one_line_without_ends(text: str) -> None:
    shown = plain_line(text)
    assert len(shown.splitlines()) <= 1
    assert shown == shown.strip()
    assert plain_line(shown) == shown


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_printable_ascii_is_kept(text: str) -> None:
    assert plain(text) == text
