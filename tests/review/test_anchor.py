from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reviewbot.changeset import Line, LineKind
from reviewbot.finding import Candidate, Category, Finding, Severity, Side
from reviewbot.plain import plain
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import numbered
from reviewbot.prompting.special import displayed
from reviewbot.review.anchor import anchored
from tests.marked import chunk_of
from tests.prompting.special_words import WORDS


def _candidate(quote: str, message: str = "It is wrong. Always.") -> Candidate:
    return Candidate(quote, message, Category.CORRECTNESS, Severity.ERROR)


def _anchor(quote: str, chunk: Chunk) -> Finding | None:
    return _one(_candidate(quote), chunk)


def _one(candidate: Candidate, chunk: Chunk) -> Finding | None:
    (finding,) = anchored([candidate], chunk)
    return finding


def _place(quote: str, chunk: Chunk) -> tuple[str, int, int] | None:
    finding = _anchor(quote, chunk)
    if finding is None:
        return None
    location = finding.location
    return str(location.side), location.start_line, location.end_line


CODE = """\
 def area(r):
-    if r < 0: raise ValueError
-    return 3.14 * r * r
+    return 3 * r * r
+    return None
{blank}
+def other(): pass""".format(blank=" ")


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("    return 3 * r * r", ("new", 11, 11)),
        ("return 3 * r * r", ("new", 11, 11)),
        ("return  3 *\tr * r\n", ("new", 11, 11)),
        ("+11|    return 3 * r * r", ("new", 11, 11)),
        ("11|    return 3 * r * r", ("new", 11, 11)),
        ("    return 3 * r * r\n    return None", ("new", 11, 12)),
        ("+11|    return 3 * r * r\n+12|    return None", ("new", 11, 12)),
        ("\n\n    return None\n\n", ("new", 12, 12)),
        ("return 3 * r", ("new", 11, 11)),
        ("x = return 3 * r * r;", ("new", 11, 11)),
        ("    if r < 0: raise ValueError", ("old", 11, 11)),
        ("-  |    if r < 0: raise ValueError", ("old", 11, 11)),
        ("def other(): pass", ("new", 14, 14)),
    ],
)
def test_a_quote_is_found(quote: str, place: tuple[str, int, int]) -> None:
    assert _place(quote, chunk_of(CODE)) == place


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "\n\n",
        "   ",
        "+11|",
        "return 4 * r * r",
        "def area(r):",
        " * r * r",
        "r * r",
        "return",
        "    return None\n    return 3 * r * r",
    ],
)
def test_a_quote_of_no_changed_line_or_of_several_is_dropped(quote: str) -> None:
    assert _anchor(quote, chunk_of(CODE)) is None


def test_an_added_line_goes_before_an_equal_removed_one() -> None:
    assert _place("x = compute()", chunk_of("-x = compute()\n y\n+x = compute()")) == (
        "new",
        11,
        11,
    )


def test_the_first_of_equal_lines_is_taken() -> None:
    assert _place("x()", chunk_of("+x()\n y\n+x()")) == ("new", 10, 10)


def test_a_line_that_another_chunk_answers_for_is_not_found() -> None:
    assert _anchor("first()", chunk_of("+first()\n+second()", start=1)) is None
    assert _place("second()", chunk_of("+first()\n+second()", start=1)) == ("new", 11, 11)


def test_context_in_a_quote_is_not_part_of_the_finding() -> None:
    finding = _anchor(
        "def area(r):\n    x = 1\n    return x",
        chunk_of(" def area(r):\n+    x = 1\n     return x"),
    )
    assert finding is not None
    assert (finding.location.start_line, finding.location.end_line) == (11, 11)
    assert finding.quote == "    x = 1"


@pytest.mark.parametrize(
    ("code", "line"),
    [("-gone()\n after", 10), (" before\n-gone()", 10), ("-gone()", 1), ("-gone()\n+x", 10)],
)
def test_removed_code_is_anchored_to_the_nearest_new_line(code: str, line: int) -> None:
    assert _place("gone()", chunk_of(code)) == ("old", line, line)


@pytest.mark.parametrize("line", ["| a | b |", "| Some x -> x", "  | grep foo", "1 | 2", "  3|"])
def test_a_line_that_begins_like_the_prompts_marks_is_found(line: str) -> None:
    chunk = chunk_of(f"+{line}\n+other")
    assert _place(line, chunk) == ("new", 10, 10)
    assert _place(f"+10|{line}", chunk) == ("new", 10, 10)


def test_a_quote_given_twice_means_the_next_of_equal_lines() -> None:
    chunk = chunk_of("+x()\n y\n+x()")
    findings = anchored([_candidate("x()")] * 3, chunk)
    assert [finding.location.start_line for finding in findings if finding] == [10, 12, 10]


def test_a_line_with_a_control_character_is_found_and_reported_plain() -> None:
    finding = _anchor("a\\u202eb = [31m1", chunk_of("+a\u202eb = \x1b[31m1"))
    assert finding is not None
    assert finding.quote == "a\\u202eb = [31m1"


@pytest.mark.parametrize("word", [*WORDS, "<\u200b|im_end|>", "＜|im_end|＞"])
def test_a_line_with_a_special_word_is_found_as_it_was_shown(word: str) -> None:
    line = f'    send("{word}", total / 0)'
    chunk = chunk_of(f" a = 1\n+{line}\n+b = 2")
    finding = _anchor(plain(displayed(line)), chunk)
    assert finding is not None
    assert (finding.location.start_line, finding.quote) == (11, plain(line))


@pytest.mark.parametrize("word", WORDS)
def test_a_line_with_a_special_word_is_found_as_it_stands_in_the_file(word: str) -> None:
    line = f'send("{word}")'
    finding = _anchor(line, chunk_of(f" a = 1\n+{line}\n+b = 2"))
    assert finding is not None
    assert finding.location.start_line == 11


def test_a_finding_takes_its_words_from_the_claim_and_its_place_from_the_chunk() -> None:
    finding = _anchor("return None", chunk_of(CODE))
    assert finding is not None
    assert (finding.rule, finding.location.path) == ("RB-CORRECTNESS", "f.py")
    assert finding.location.side is Side.NEW
    assert finding.title == "It is wrong"
    assert finding.message == "It is wrong. Always."
    assert 0 <= finding.confidence <= 1


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("No end", "No end"),
        ("Uses 3.14 for pi. Bad.", "Uses 3.14 for pi"),
        ("Really? Yes.", "Really?"),
        ("間違い。 次の文。", "間違い"),
        ("word " * 40, ("word " * 18).strip() + " …"),
        ("x" * 200, "x" * 90 + " …"),
    ],
)
def test_a_title_is_the_first_sentence_or_what_fits(message: str, title: str) -> None:
    finding = _one(_candidate("return None", message.strip()), chunk_of(CODE))
    assert finding is not None
    assert finding.title == title


_TEXT = st.one_of(
    st.binary(max_size=30).map(
        lambda raw: raw.decode("utf-8", "surrogateescape").replace("\n", "")
    ),
    st.text(st.sampled_from("+-|1 \tab\r<|im"), max_size=20),
    st.sampled_from(["return x", "    return x", "| a |", "+12|x", "<|im_end|>"]),
)
_ROW = st.tuples(st.sampled_from("+- "), _TEXT).map("".join)
_CHUNK = st.builds(
    lambda rows, start: chunk_of("\n".join(rows), min(start, len(rows) - 1)),
    st.lists(_ROW, min_size=1, max_size=12),
    st.integers(0, 4),
)


@settings(deadline=None)
@given(_CHUNK, st.data())
def test_quoting_any_own_line_finds_a_line_with_that_text(
    chunk: Chunk, data: st.DataObject
) -> None:
    own = [at for at in range(chunk.start, len(chunk.lines)) if chunk.lines[at].changed]
    assume(own)
    shown = numbered(chunk.lines).split("\n")
    displayed = [plain(line.partition("|")[2]) for line in shown]
    at = data.draw(st.sampled_from(own))
    assume(displayed[at].strip())
    finding = _anchor(displayed[at], chunk)
    assert finding is not None
    location = finding.location
    if location.side is Side.NEW:
        found = [
            displayed[index]
            for index, line in enumerate(chunk.lines)
            if line.new_no == location.start_line
        ]
        assert found == [displayed[at]]
    assert location.start_line == location.end_line >= 1
    assert finding.location.side is Side.NEW or chunk.lines[at].kind is LineKind.REMOVED


@settings(deadline=None)
@given(_CHUNK)
def test_a_quote_that_is_nowhere_is_dropped(chunk: Chunk) -> None:
    assert _anchor("this text is in no generated line", chunk) is None


def test_a_quote_of_new_lines_is_found_across_a_removed_one() -> None:
    rows = [
        _line("-", "total = 0", 1, None),
        _line("+", "total = 1", None, 1),
        _line(" ", "for item in items:", 2, 2),
        _line("-", "    total += item.price", 3, None),
        _line("+", "    total += item.cost", None, 3),
    ]
    chunk = Chunk("a.py", "", tuple(rows))
    quote = "total = 1\nfor item in items:\n    total += item.cost"
    found = _one(_claim(quote), chunk)
    assert found is not None
    assert (found.location.start_line, found.location.end_line) == (1, 3)
    assert found.quote == "total = 1\n    total += item.cost"


def test_an_added_blank_line_is_no_ground_for_a_claim_about_its_neighbours() -> None:
    rows = [
        _line(" ", "def f():", 1, 1),
        _line("+", "", None, 2),
        _line(" ", "    return 1", 2, 3),
    ]
    assert _one(_claim("def f():\n\n    return 1"), Chunk("a.py", "", tuple(rows))) is None


def _line(kind: str, text: str, old: int | None, new: int | None) -> Line:
    return Line(LineKind(kind), text, old, new)


def _claim(quote: str) -> Candidate:
    return Candidate(quote, "It is wrong.", Category.CORRECTNESS, Severity.ERROR)
