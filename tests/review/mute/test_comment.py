from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.review.mute.comment import Comment, comments

TEST = ("RB-TEST",)


@pytest.mark.parametrize(
    "line",
    [
        "# reviewbot: ignore[RB-TEST] why",
        "#reviewbot:ignore[RB-TEST] why",
        "    ## reviewbot: ignore [RB-TEST]: why",
        "// reviewbot: ignore[RB-TEST] why",
        "/// reviewbot: ignore[RB-TEST] why",
        "/* reviewbot: ignore[RB-TEST] why */",
        "/** reviewbot: ignore[RB-TEST] why",
        " * reviewbot: ignore[RB-TEST] why */",
        "{/* reviewbot: ignore[RB-TEST] why */}",
        "-- reviewbot: ignore[RB-TEST] why",
        "<!-- reviewbot: ignore[RB-TEST] why -->",
        "<%# reviewbot: ignore[RB-TEST] why %>",
        "<%-- reviewbot: ignore[RB-TEST] why --%>",
        "{# reviewbot: ignore[RB-TEST] why #}",
        "@* reviewbot: ignore[RB-TEST] why *@",
        "<# reviewbot: ignore[RB-TEST] why #>",
        "{- reviewbot: ignore[RB-TEST] why -}",
        "(* reviewbot: ignore[RB-TEST] why *)",
        "; reviewbot: ignore[RB-TEST] why",
        "% reviewbot: ignore[RB-TEST] — why",
        "! reviewbot: ignore[RB-TEST] why",
        "' reviewbot: ignore[RB-TEST] why",
        '" reviewbot: ignore[RB-TEST] why',
        '"""reviewbot: ignore[RB-TEST] why"""',
        "''' reviewbot: ignore[RB-TEST] why '''",
        ".. reviewbot: ignore[RB-TEST] why",
        "REM reviewbot: ignore[RB-TEST] why",
        "dnl reviewbot: ignore[RB-TEST] why",
        "\treviewbot: ignore[RB-TEST] why",
        "#" * 60 + " reviewbot: ignore[RB-TEST] why",
        " " * 60 + "# reviewbot: ignore[rb-test] why\r",
    ],
)
def test_every_language_can_say_it(line: str) -> None:
    assert list(comments(line)) == [Comment(TEST, "why", alone=True)]


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # reviewbot: ignore[RB-TEST] why",
        "x = 1;  // reviewbot: ignore[RB-TEST] why",
        "*p = 0; // reviewbot: ignore[RB-TEST] why",
        "/* reviewbot: ignore[RB-TEST] why */ x = 1;",
        "x = 1 ' reviewbot: ignore[RB-TEST] why",
        "x = 1  # noqa: E501  # reviewbot: ignore[RB-TEST] why",
        "select 1 -- reviewbot: ignore[RB-TEST] why",
        "<p>x</p> <!-- reviewbot: ignore[RB-TEST] why --> ",
    ],
)
def test_beside_code_it_speaks_of_its_own_line_alone(line: str) -> None:
    assert list(comments(line)) == [Comment(TEST, "why", alone=False)]


@pytest.mark.parametrize(
    "line",
    [
        'x = "reviewbot: ignore[RB-TEST] why"',
        "x = 'reviewbot: ignore[RB-TEST] why'",
        "x = f(reviewbot: ignore[RB-TEST])",
        "see reviewbot: ignore[RB-TEST]",
        "`reviewbot: ignore[RB-TEST]`",
        "# reviewbot: ignored[RB-TEST]",
        "# reviewbot: ignore_all[RB-TEST]",
        "# Reviewbot: ignore[RB-TEST]",
        "# myreviewbot: ignore[RB-TEST]",
        "# reviewbot ignore[RB-TEST]",
        "",
    ],
)
def test_other_lines_mute_nothing(line: str) -> None:
    assert list(comments(line)) == []


@pytest.mark.parametrize(
    ("listed", "rules"),
    [
        ("[RB-TEST,LINT-RUFF]", ("RB-TEST", "LINT-RUFF")),
        ("[ RB-TEST , RB-TEST , ]", TEST),
        ("[rb-test]", TEST),
        ("[*]", ("*",)),
        ("[]", ()),
        ("[ , ]", ()),
        ("", ()),
        ("[RB-TEST", ()),
    ],
)
def test_rules_are_named_one_by_one(listed: str, rules: tuple[str, ...]) -> None:
    (found,) = comments(f"# reviewbot: ignore{listed}")
    assert found.rules == rules


def test_two_comments_of_a_line_are_two() -> None:
    line = "x()  # reviewbot: ignore[RB-TEST] one  # reviewbot: ignore[RB-SECURITY] two"
    assert [(found.rules, found.reason) for found in comments(line)] == [
        (TEST, "one"),
        (("RB-SECURITY",), "two"),
    ]


def test_a_reason_is_plain_and_short() -> None:
    (found,) = comments("# reviewbot: ignore[RB-TEST] a\x1b]52;c;x\x07\u202eb\udce9" + "z" * 5000)
    assert found.reason.startswith("a]52;c;x\\u202eb\\xe9z")
    assert len(found.reason) < 250


@pytest.mark.parametrize(
    "line",
    [
        "# reviewbot: ignore[RB-TEST] " + "x" * 1_000_000,
        "#" * 1_000_000 + " reviewbot: ignore[RB-TEST] why",
        "#" * 1_000_000 + "x reviewbot: ignore[RB-TEST] why",
        " " * 1_000_000 + "reviewbot: ignore[RB-TEST] why",
        "# reviewbot: ignore[" + "," * 1_000_000,
        "# reviewbot: ignore[" * 50_000,
        "reviewbot:" * 100_000,
        "reviewbot: ignore" + " " * 1_000_000 + "[",
        "/* reviewbot: ignore[RB-TEST] " + "*" * 1_000_000,
        "{/" * 500_000 + "* reviewbot: ignore[RB-TEST] why",
    ],
)
def test_a_hostile_line_takes_no_time(line: str) -> None:
    begun = time.process_time()
    found = list(comments(line))
    assert time.process_time() - begun < 2
    assert len(found) <= 8


@given(st.text(), st.text())
def test_any_line_is_read_and_what_is_read_can_be_printed(before: str, after: str) -> None:
    for found in comments(f"{before}# reviewbot: ignore[RB-TEST{after}"):
        for text in (found.reason, *found.rules):
            assert not {unicodedata.category(c) for c in text} & {"Cc", "Cf", "Cs"}
            assert len(text) < 7 * 1100  # an escape is longer than its character
