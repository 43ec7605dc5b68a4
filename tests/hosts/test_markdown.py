"""Whatever a model says is text: an independent parser sees words and code, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reviewbot.hosts.markdown import block, code, prose
from reviewbot.plain import plain

# What a host would act on outside of code: mentions, references, addresses, HTML, emoji, maths.
_ACTIVE = re.compile(
    r"[@#~$%&^<>\[\]{}|\\*_=+`/]|![\d\[]|:\w+:|www\.|\w-\d|\b[0-9a-fA-F]{7,40}\b", re.ASCII
)
_PIECES = st.sampled_from(
    [
        *("/approve", "@all", "#1", "!2", "~label", '~"two words"', "%1.0", "$5", "GH-12", "ABC-7"),
        *(
            "`",
            "``",
            "```",
            "~~~",
            "<!--",
            "-->",
            "<b>",
            "</b>",
            "<img src=x>",
            "![x](y)",
            "[a](b)",
        ),
        *("[a]: b", "http://x.y/z", "www.x.y", "a@b.cd", "---", "***", "===", "# h", "> q", "- i"),
        *("1.", "2)", "|a|b|", ":tada:", "&amp;", "\\", "*x*", "_y_", "\n", "\n\n", "\t", "    "),
        *(
            "{+ a +}",
            "[- b -]",
            "$`x`$",
            "deadbeef",
            "[^1]",
            "\r",
            "\u2028",
            "誰でも",
            "größe",
            "x.y()",
        ),
        *("<!-- reviewbot:summary -->", "don't", "e.g.", "(see", "it)", "word.", '"quoted"'),
    ]
)
_TEXT = st.one_of(st.text(), st.lists(_PIECES).map(" ".join), st.lists(_PIECES).map("".join))


def parsed(text: str) -> list[Token]:
    markdown = MarkdownIt("gfm-like", {"linkify": False, "html": True}).enable("table")
    return markdown.parse(text)


def inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


@example("0-0A")
@example("at-deadbeef")
@given(_TEXT)
def test_prose_is_a_paragraph_of_words_and_code(text: str) -> None:
    made = prose(text)
    assert "\n" not in made
    tokens = parsed(made)
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    for child in inline(tokens):
        assert child.type in ("text", "code_inline"), child
        if child.type == "text":
            assert not _ACTIVE.search(child.content), child.content


@given(_TEXT)
def test_prose_says_all_that_was_said(text: str) -> None:
    shown = "".join(child.content for child in inline(parsed(prose(text))))
    given_text = plain(text)
    if len(given_text) < 4000:
        bare = re.compile(r"[\s`]")
        assert bare.sub("", shown) == bare.sub("", given_text)


@given(_TEXT)
def test_a_code_span_holds_its_text(text: str) -> None:
    tokens = inline(parsed(code(text)))
    wanted = plain(text).replace("\n", " ").replace("\t", " ")
    if not wanted.strip():
        assert tokens == []
        return
    (only,) = tokens
    assert only.type == "code_inline"
    assert only.content.strip() == wanted.strip()


@given(_TEXT)
def test_a_block_is_a_quotation_of_its_lines(text: str) -> None:
    made = block(text)
    assert all(line.startswith("> ") for line in made.split("\n"))
    opened, fence, closed = parsed(made)
    assert (opened.type, fence.type, closed.type) == (
        "blockquote_open",
        "fence",
        "blockquote_close",
    )
    if plain(text).count("\n") < 50 and len(text) < 300:
        assert fence.content.strip("\n") == plain(text).strip("\n")


@given(_TEXT)
def test_no_line_begins_a_quick_action(text: str) -> None:
    for made in (prose(text), code(text), block(text)):
        assert not re.search(r"^\s*/\w", made, re.MULTILINE)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The check is gone.", "The check is gone."),
        ("It doesn't; off-by-one (see order.id).", "It doesn't; off-by-one (see `order.id`)."),
        ("call f(x), then g().", "call `f(x)`, then `g()`."),
        ("e.g. 0.5 of it", "e.g. 0.5 of it"),
        ("`a = b + 1` is wrong", "`a = b + 1` is wrong"),
        ("`order`が空です。@all", "`order`が空です。`@all`"),
        ("a\n/approve", "a `/approve`"),
        ("1. first", "`1.` first"),
        ("commit deadbeef1, GH-12", "commit `deadbeef1`, `GH-12`"),
    ],
)
def test_examples(said: str, shown: str) -> None:
    assert prose(said) == shown


def test_long_words_are_cut() -> None:
    assert len(prose("word " * 5000)) < 4100
    assert "40 more lines" in block("x\n" * 100)
