from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reviewbot.finding import Severity
from reviewbot.plain import plain_line
from reviewbot.report import Report
from reviewbot.reporters.markdown import MOST_CHARACTERS
from reviewbot.reporters.markdown_text import as_comment, prose
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, saying

# As on GitHub and GitLab: tables, strikethrough, and addresses that become links by themselves.
_MARKDOWN = MarkdownIt("gfm-like", {"html": True})
assert _MARKDOWN.linkify is not None
_MARKDOWN.linkify.set({"fuzzy_link": False})
_MARKDOWN.linkify.add("//", None)
_ACTIVE = {"link_open", "image", "html_block", "html_inline", "table_open", "s_open", "em_open"}
_PLAIN = {"text", "code_inline", "softbreak", "hardbreak"}
# What their hosts look for in the text of a page, outside of code.
_REFERENCE = re.compile(r"""[@#!$&%~^](?=[\w"'`{])|\[\w+:|\bGH-\d|\bwww\.\w""", re.IGNORECASE)


def _tokens(text: str) -> list[Token]:
    found = []
    for token in _MARKDOWN.parse(text):
        found += [token, *(token.children or ())]
    return found


def _assert_inert(text: str) -> None:
    tokens = _tokens(text)
    assert not {token.type for token in tokens} & _ACTIVE
    for token in tokens:
        if token.type == "text":
            assert not _REFERENCE.search(token.content), token.content
    # GitLab looks for quick actions in the source.
    assert not re.search(r"^\s*/[a-z]", text, re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_nothing_in_a_note_acts(report: Report) -> None:
    _assert_inert(written(report, "markdown"))


@pytest.mark.parametrize(
    "words",
    [
        *("[a](b)", "![a](b)", "<b>x</b>", "<https://a.b>", "https://a.b", "www.a.b", "@all"),
        *("#12", "/approve", "a@b.example", "~label", "GH-1", "| a |\n|--|\n", "*a*", "~~a~~"),
    ],
)
def test_control_the_words_act_as_they_are(words: str) -> None:
    with pytest.raises(AssertionError):
        _assert_inert(words)
    _assert_inert(prose(words))


def test_code_stands_in_fences_that_it_cannot_end() -> None:
    fences = [token for token in _tokens(written(FULL, "markdown")) if token.type == "fence"]
    assert len(fences) == len(FULL.findings) + 2
    hostile = fences[5].content
    assert hostile.startswith(
        "+```\n+/approve\n+<b>@everyone</b> ![x](http://evil.example/x.png)\n"
    )
    assert fences[6].content == "+````\n+/merge\n+]]>\n+<script>alert('@everyone')</script>\n"


def test_an_incomplete_review_says_so() -> None:
    first, second, *_ = written(FULL, "markdown").split("\n\n")
    assert first.startswith("**reviewbot: INCOMPLETE: 6 findings")
    assert second.startswith("The review is incomplete: 4 changed lines in 1 file not reviewed")
    assert "`uv.lock`: lock file" in written(FULL, "markdown")


def test_a_note_is_no_longer_than_its_hosts_take_and_says_what_is_cut() -> None:
    one = FULL.findings[4]
    many = tuple(
        replace(one, severity=s) for s in (Severity.NOTE, Severity.ERROR) for _ in "x" * 60
    )
    text = written(replace(FULL, findings=many), "markdown")
    assert MOST_CHARACTERS - 5000 < len(text) <= MOST_CHARACTERS
    told = re.search(r"^(\d+) findings more left out", text, re.MULTILINE)
    assert told is not None
    assert text.count("#### ") == 120 - int(told[1])
    assert "#### note" not in text[: text.index("#### error")], "the worst are told first"
    _assert_inert(text)


def test_the_longest_note_fits() -> None:
    words = "@a `b` #1 " * 2000
    one = replace(FULL.findings[4], message=words, title=words, suggestion=words * 9, quote=words)
    entry = replace(FULL.coverage[1], path="漢" * 4000, reason=words)
    report = replace(
        FULL, findings=(one,) * 50, coverage=(entry,) * 500, problems=(words,) * 9, files=()
    )
    text = written(report, "markdown")
    assert len(text) <= MOST_CHARACTERS
    assert "… 472 more" in text
    _assert_inert(text)


def _read(text: str) -> str:
    """What a reader sees, without blanks."""
    shown = (token.content for token in _tokens(text) if token.type in _PLAIN)
    return "".join("".join(shown).split())


@example("`::error file=a::b`0123abc")
@given(WORDS)
def test_any_words_are_read_as_they_are_and_do_nothing(words: str) -> None:
    shown = prose(words)
    _assert_inert(shown)
    code = re.compile(r"(?<!`)`([^`]+)`(?!`)")
    assert _read(shown) == "".join(code.sub(r"\1", plain_line(words)).split())


@given(WORDS)
def test_no_message_changes_what_a_note_is_made_of(words: str) -> None:
    kinds = [token.type for token in _MARKDOWN.parse(written(saying(f"x {words}"), "markdown"))]
    usual = [token.type for token in _MARKDOWN.parse(written(saying("x"), "markdown"))]
    assert kinds == usual


@given(WORDS)
def test_a_comment_of_any_words_does_nothing_and_differs_by_blanks(words: str) -> None:
    text = as_comment(words)
    tokens = _tokens(text)
    assert not {token.type for token in tokens} & {
        "link_open",
        "image",
        "html_block",
        "html_inline",
    }
    shown = [token.content for token in tokens if token.type == "text"]
    assert not [content for content in shown if _REFERENCE.search(content)]
    assert not re.search(r"^\s*/[a-z]", text, re.MULTILINE | re.IGNORECASE)
    assert "".join(text.split()) == "".join(words.split())


@pytest.mark.parametrize(
    "words",
    [
        *(
            r"http\://evil.example",
            r"\@all",
            r"@\_all",
            "&#64;all",
            "&commat;all",
            "[a]: /b\n\n[a]",
        ),
        *("  /approve", "\t/approve", "a\n/approve", "<!-- a", "<a@b.example>", "[^1]: a"),
    ],
)
def test_a_comment_hides_nothing_in_escapes(words: str) -> None:
    test_a_comment_of_any_words_does_nothing_and_differs_by_blanks.hypothesis.inner_test(words)  # type: ignore[attr-defined]
