from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.changeset import Line, LineKind
from reviewbot.prompting.chunk import Chunk
from reviewbot.review.risk import Kind, kind_of, risk, riskiest_first


def _chunk(path: str = "shop/stock.py", *changed: str, header: str = "", start: int = 0) -> Chunk:
    """A chunk of lines as a diff has them: `-gone`, `+come`, ` there`."""
    lines = (Line(LineKind(text[0]), text[1:], 1, 1) for text in changed)
    return Chunk(path, header, tuple(lines), start)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("shop/stock.py", Kind.CODE),
        ("migrations/0001.sql", Kind.CODE),
        ("Dockerfile", Kind.CODE),
        ("contest/latest.go", Kind.CODE),
        ("protest.py", Kind.CODE),
        ("src/Latest.java", Kind.CODE),
        ("testify.rs", Kind.CODE),
        ("pyproject.toml", Kind.SETTINGS),
        (".gitlab-ci.yml", Kind.SETTINGS),
        (".env", Kind.SETTINGS),
        ("tests/conftest.py", Kind.TEST),
        ("shop/test_stock.py", Kind.TEST),
        ("shop/stock_test.go", Kind.TEST),
        ("web/cart.spec.ts", Kind.TEST),
        ("src/StockTest.java", Kind.TEST),
        ("spec/models/order_spec.rb", Kind.TEST),
        ("tests/data/orders.json", Kind.TEST),
        ("README", Kind.TEXT),
        ("docs/conf.py", Kind.TEXT),
        ("notes.md", Kind.TEXT),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_path(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


def test_code_comes_before_settings_tests_and_texts() -> None:
    paths = ["a.md", "tests/a.py", "a.toml", "a.py"]
    chunks = [_chunk(path, "+x = 1") for path in paths]
    assert riskiest_first(chunks) == [3, 2, 1, 0]


def test_the_riskiest_code_comes_first_and_equals_keep_their_order() -> None:
    chunks = [
        _chunk("a.py", "+x = 1"),
        _chunk("b.py", "+y = 1"),
        _chunk("c.py", "-y = 1", "+y = 2"),
        _chunk("d.py", "+try:", "+    y()"),
        _chunk("login.py", "+y = 1"),
        _chunk("e.py", "-    if not user.may(order):", "-        raise Forbidden"),
    ]
    assert riskiest_first(chunks) == [5, 4, 3, 2, 0, 1]


def test_a_check_that_is_only_rewritten_is_not_removed() -> None:
    gone = _chunk("a.c", "-if (n < size)", "-  use(n);", "+use(n);")
    kept = _chunk("a.c", "-if (n < size)", "+if (n <= size)")
    assert risk(gone) > risk(kept)


@pytest.mark.parametrize("text", ["except KeyError:", "} catch (e) {", "return err", "panic(x)"])
def test_error_handling_counts_on_both_sides(text: str) -> None:
    plain = risk(_chunk("a.go", "+x := 1"))
    assert risk(_chunk("a.go", f"+{text}")) > plain
    assert risk(_chunk("a.go", f"-{text}", "+x := 1")) > risk(_chunk("a.go", "-y", "+x := 1"))


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("api/auth.py", True),
        ("OAuthClient.java", True),
        ("authorize.go", True),
        ("user/session.go", True),
        ("api-token.ts", True),
        ("authors.py", False),
        ("tokenizer.py", False),
        ("accessory.py", False),
    ],
)
def test_words_of_security_in_the_path_count(path: str, counts: bool) -> None:
    assert (risk(_chunk(path, "+x = 1")) > risk(_chunk("api/orders.py", "+x = 1"))) is counts


def test_a_definition_named_for_its_purpose_counts() -> None:
    assert risk(_chunk("a.py", "+x = 1", header="def check_password(user):")) > 0


def test_lines_that_another_chunk_answers_for_do_not_count() -> None:
    lines = ("-if not user.may(order):", "-    raise Forbidden", "+x = 1")
    assert risk(_chunk("a.py", *lines)) > risk(_chunk("a.py", *lines, start=2)) == 0


def test_ten_lines_at_once_count() -> None:
    assert risk(_chunk("a.py", *["+x = 1"] * 10)) > risk(_chunk("a.py", *["+x = 1"] * 9))


_LINES = st.lists(st.sampled_from(["-if x:", "+x = 1", " y", "+except E:", "-x = 2"]), max_size=4)
_CHUNKS = st.builds(
    lambda path, lines: _chunk(path, *lines),
    st.sampled_from(["a.py", "auth.py", "test_a.py", "a.md", "a.toml"]),
    _LINES,
)


@given(st.lists(_CHUNKS, max_size=8))
def test_each_chunk_has_one_place_and_the_order_is_its_own_fixed_point(
    chunks: list[Chunk],
) -> None:
    order = riskiest_first(chunks)
    assert sorted(order) == list(range(len(chunks)))
    assert riskiest_first([chunks[at] for at in order]) == list(range(len(chunks)))
