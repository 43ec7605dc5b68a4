"""A known finding stays known: through lines that move, other indentation and other words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.changeset import Line, LineKind
from reviewbot.finding import Candidate, Category, Finding, Severity
from reviewbot.prompting.chunk import Chunk
from reviewbot.review.anchor import anchored

_BLANKS = st.text(" \t", max_size=6)
_CODE = ("if ready(rows):", "return total / len(rows)")
_WORDS = st.text(min_size=1, max_size=60)
_ABOVE = st.lists(st.sampled_from(["import os", "", "def f():", "    pass"]), max_size=20)


def _found(
    rows: list[str], quote: str, message: str = "It fails.", start: int = 1
) -> Finding | None:
    lines = tuple(
        Line(LineKind.ADDED, text, None, number) for number, text in enumerate(rows, start)
    )
    claim = Candidate(quote, message, Category.CORRECTNESS, Severity.ERROR)
    (finding,) = anchored([claim], Chunk("f.py", "", lines))
    return finding


_FIRST = _found(list(_CODE), "\n".join(_CODE))


@given(_ABOVE, _ABOVE, st.integers(1, 10_000))
def test_lines_that_move(above: list[str], below: list[str], start: int) -> None:
    found = _found([*above, *_CODE, *below], "\n".join(_CODE), start=start)
    assert found is not None
    assert _FIRST is not None
    assert found.location.start_line == start + len(above)
    assert found.fingerprint == _FIRST.fingerprint


@given(_BLANKS, _BLANKS, st.sampled_from(["", " ", "\r", " \t"]))
def test_other_indentation_and_line_ends(one: str, other: str, end: str) -> None:
    rows = [f"{one}{_CODE[0]}{end}", f"{other}{_CODE[1]}{end}"]
    found = _found(rows, "\n".join(_CODE))
    assert found is not None
    assert _FIRST is not None
    assert found.fingerprint == _FIRST.fingerprint


@given(_WORDS, st.sampled_from(list(Severity)))
def test_other_words_and_another_severity(message: str, severity: Severity) -> None:
    lines = tuple(Line(LineKind.ADDED, text, None, at) for at, text in enumerate(_CODE, 1))
    claim = Candidate("\n".join(_CODE), message, Category.CORRECTNESS, severity, message)
    (found,) = anchored([claim], Chunk("f.py", "", lines))
    assert found is not None
    assert _FIRST is not None
    assert found.fingerprint == _FIRST.fingerprint


@given(st.sampled_from(["+12|{}", "  12|{}", "{}\n", "\n\n{}"]))
def test_how_the_model_quotes_it(form: str) -> None:
    found, first = _found(list(_CODE), form.format(_CODE[1])), _found(list(_CODE), _CODE[1])
    assert found is not None
    assert first is not None
    assert found.fingerprint == first.fingerprint


def test_other_code_another_rule_and_another_file_are_another_finding() -> None:
    one = _found(list(_CODE), _CODE[0])
    other = _found(list(_CODE), _CODE[1])
    assert one is not None
    assert other is not None
    assert one.fingerprint != other.fingerprint
    lines = tuple(Line(LineKind.ADDED, text, None, at) for at, text in enumerate(_CODE, 1))
    claim = Candidate(_CODE[0], "It fails.", Category.CORRECTNESS, Severity.ERROR)
    kinds = [replace(claim, category=category) for category in Category]
    found = [next(anchored([kind], Chunk(path, "", lines))) for kind in kinds for path in "ab"]
    assert len({one.fingerprint for one in found if one}) == 2 * len(Category)
