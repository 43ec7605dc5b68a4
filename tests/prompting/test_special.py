from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.prompting.special import broken_up, displayed, folded
from tests.prompting.special_words import WORDS

_UNSEEN = ["\u200b", "\u200d", "\ufeff", "\u202e", "\u00ad", "\u3164", "\ufe0f", "\x00"]
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(_UNSEEN),
    st.sampled_from(["<", "|", ">", "[", "]", "/", "<|", "|>", "[/", "INST]", "think>", "s>", " "]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)


@pytest.mark.parametrize("word", WORDS)
def test_a_blank_stands_behind_the_first_sign(word: str) -> None:
    assert displayed(word) == f"{word[0]} {word[1:]}"
    assert displayed(f"a{word}{word}b") == f"a{word[0]} {word[1:]}{word[0]} {word[1:]}b"


@pytest.mark.parametrize("unseen", _UNSEEN)
def test_a_word_with_what_nobody_sees_between_is_the_word(unseen: str) -> None:
    for word in WORDS:
        shown = displayed(unseen.join(word))
        assert word not in folded(shown)[0]
        assert shown.replace(" ", "") == unseen.join(word)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_in_full_width_letters_is_the_word(word: str) -> None:
    wide = word.translate(_WIDE)
    assert displayed(wide) == f"{wide[0]} {wide[1:]}"


@given(_TEXTS)
def test_no_word_is_left_of_any_text(text: str) -> None:
    shown = displayed(text)
    for seen in (shown, folded(shown)[0]):
        assert not any(word in seen for word in WORDS), shown


@given(_TEXTS)
def test_all_else_of_the_text_is_left(text: str) -> None:
    assert broken_up(text).replace(" ", "") == text.replace(" ", "")


@given(_TEXTS)
def test_a_displayed_text_is_displayed_as_it_is(text: str) -> None:
    shown = displayed(text)
    assert displayed(shown) == shown
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(
    "code",
    [
        "if a < b || c > d:",
        "std::vector<file_entry> rows[SIZE];",
        "List<String> names = new ArrayList<>();",
        "<p class='s'><code>x</code></p>",
        "[section] [1] [T; 3] a[i|1]",
        "größe = 日本['🎉']",
        "\tx << y | z",
    ],
)
def test_ordinary_code_is_shown_as_it_is(code: str) -> None:
    assert displayed(code) == code


def test_undecodable_bytes_can_be_sent() -> None:
    assert displayed("caf\udce9\r") == "caf\ufffd"
