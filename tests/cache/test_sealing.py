"""What a server holds tells nothing, and only what the team wrote opens."""

from __future__ import annotations

import pytest

from reviewbot.cache.sealing import ForeignRowError, Seal, new_key, read_key
from reviewbot.errors import ConfigError
from reviewbot.review.kept import digest

KEY = digest("a question")
SEAL = Seal(bytes(range(32)))
NAME = SEAL.name(KEY)


@pytest.mark.parametrize("text", ["", "an answer", "答え\n\0\x1b", "x" * 100_000])
def test_a_row_opens_under_its_name(text: str) -> None:
    assert SEAL.opened(NAME, SEAL.closed(NAME, text)) == text


def test_neither_name_nor_row_shows_what_it_is_of() -> None:
    row = SEAL.closed(NAME, "password = 'hunter2'")
    assert KEY.encode() not in NAME
    assert b"hunter2" not in row
    assert SEAL.closed(NAME, "password = 'hunter2'") != row
    assert len(row) == len(SEAL.closed(NAME, "no"))


def test_another_key_has_other_names_and_opens_nothing() -> None:
    other = Seal(bytes(32))
    assert other.name(KEY) != NAME
    with pytest.raises(ForeignRowError):
        other.opened(NAME, SEAL.closed(NAME, "an answer"))


def test_what_was_altered_cut_or_moved_does_not_open() -> None:
    row = SEAL.closed(NAME, "an answer")
    flipped = [row[:at] + bytes([row[at] ^ 1]) + row[at + 1 :] for at in range(0, len(row), 7)]
    for wrong in (*flipped, *(row[:end] for end in range(0, len(row), 7)), row + b"\0"):
        with pytest.raises(ForeignRowError):
            SEAL.opened(NAME, wrong)
    with pytest.raises(ForeignRowError):
        SEAL.opened(SEAL.name(digest("another")), row)


def test_a_key_is_32_random_bytes() -> None:
    first, second = (read_key(f"{new_key()}\n", "a file") for _ in range(2))
    assert len(first) == 32
    assert first != second


@pytest.mark.parametrize("text", ["", "hunter2", "correct horse battery staple", "c2hvcnQ="])
def test_a_password_is_no_key_and_is_not_shown(text: str) -> None:
    with pytest.raises(ConfigError, match=r"team\.key holds no key") as caught:
        read_key(text, "team.key")
    assert not text or text not in caught.value.told
