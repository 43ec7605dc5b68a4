from __future__ import annotations

import pytest

from reviewbot.changeset import Line, LineKind
from reviewbot.finding import Severity
from reviewbot.review.hidden import Hidden, hidden_characters


def _found(*texts: str) -> list[Hidden]:
    lines = [Line(LineKind.ADDED, text, None, number) for number, text in enumerate(texts, 1)]
    return list(hidden_characters(lines))


@pytest.mark.parametrize(
    ("text", "name", "severity"),
    [
        ("if role != '\u202euser\u2066'", "U+202E RIGHT-TO-LEFT OVERRIDE", Severity.ERROR),
        ("x = '\u2067'", "U+2067 RIGHT-TO-LEFT ISOLATE", Severity.ERROR),
        ("x = 'a\U000e0061\U000e0062'", "U+E0061 TAG LATIN SMALL LETTER A", Severity.ERROR),
        ("na\u200bme", "U+200B ZERO WIDTH SPACE", Severity.WARNING),
        ("na\u200dme", "U+200D ZERO WIDTH JOINER", Severity.WARNING),
        ("x = '\ufeff'", "U+FEFF ZERO WIDTH NO-BREAK SPACE", Severity.WARNING),
        ("x\u3164 = 1", "U+3164 HANGUL FILLER", Severity.WARNING),
        ("a\u00adb", "U+00AD SOFT HYPHEN", Severity.WARNING),
        ("left\u200e", "U+200E LEFT-TO-RIGHT MARK", Severity.WARNING),
        ("x = '\x1b[2K'", "U+001B", Severity.WARNING),
        ("safe\rdanger", "U+000D", Severity.WARNING),
        ("x\x7f", "U+007F", Severity.WARNING),
        ("x\u2028y", "U+2028 LINE SEPARATOR", Severity.WARNING),
        ("x\x85y", "U+0085", Severity.WARNING),
    ],
)
def test_a_hidden_character_is_named(text: str, name: str, severity: Severity) -> None:
    (hidden,) = _found("\t  fine\r", "", text)
    assert hidden.name == name
    assert hidden.kind.severity is severity
    assert [line.new_no for line in hidden.lines] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "plain = 1\r",
        "\tindented",
        "\x0c",
        "caf\u00e9 \u6f22\u5b57 \u304b\u306a \ud55c\uae00 \u0395\u03bb",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, joined by a ZWNJ
        "\u0915\u094d\u200d\u0937",  # Devanagari, with a ZWJ
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",  # a family
        "\u2764\ufe0f",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
        "\u05e9\u05dc\u05d5\u05dd\u200f!",  # Hebrew with a mark of its direction
        "bytes \udce9\udc80",  # Latin-1, read as what it is not
        "no\u00a0break \u2014 dash\u2026",
    ],
)
def test_what_belongs_to_a_writing_system_is_left_alone(text: str) -> None:
    assert _found("", text) == []


def test_a_byte_order_mark_begins_a_file_and_nothing_else() -> None:
    assert _found("\ufeffimport x") == []
    assert len(_found("", "\ufeffimport x")) == 1


def test_one_kind_is_reported_once_with_all_its_lines() -> None:
    (hidden,) = _found("a\x1b", "b", "c\x1b", "d\x07")
    assert [line.new_no for line in hidden.lines] == [1, 3, 4]


def test_two_kinds_are_two_findings() -> None:
    assert len(_found("a\u202e", "b\x1b")) == 2
