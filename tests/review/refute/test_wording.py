from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.wording import refuted
from tests.review.refute import EXAMPLES, added, finding_of, judged

CHUNK = added("a.py", "limit = size(rows) + 1\n")


def _kind(message: str) -> str | None:
    reason = refuted(Claim(finding_of(CHUNK, "limit = size(rows) + 1", message), CHUNK))
    return reason.value if reason else None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("The code adds a new function.", "restated"),
        ("This change renames the variable `a` to `limit`.", "restated"),
        ("The variable `limit` is now part of the function.", "restated"),
        ("The constant `limit` was updated to 30.", "restated"),
        ("新しい関数が追加されました。", "restated"),
        ("添加了一个新的函数。", "restated"),
        ("Good practice.", "praise"),
        ("No issues found in this change.", "praise"),
        ("It improves readability.", "praise"),
        ("The code adds a new function. It looks good.", "restated"),
        ("Make sure that the input is valid.", "advice"),
        ("This should be tested thoroughly.", "advice"),
        ("You should consider a shorter name.", "advice"),
        ("入力を確認してください。", "advice"),
        ("请确保输入有效。", "advice"),
        # a failure, an event, or a change that is one by itself
        ("The code adds a new function that divides by zero.", None),
        ("This change removes the call of the lock.", None),
        ("The timeout was changed from 30 to 3000.", None),
        ("Make sure that rows is sorted, otherwise the last one wins.", None),
        ("Consider a context manager to avoid the leak.", None),
        ("Consider `<` instead of `<=`.", None),
        ("Ensure the name is quoted: a user can inject a command.", None),
        ("建议使用 `<` 而不是 `<=`。", None),
        ("The code looks good but the last row is lost.", None),
        ("The limit is one too high.", None),
        ("The code adds a new function that returns the user, including the hash.", None),
        ("The code adds a new parameter `debug` to the function.", "restated"),
    ],
)
def test_wording_is_judged(message: str, kind: str | None) -> None:
    assert _kind(message) == kind


_SUBJECTS = st.sampled_from(
    ["the loop", "the code", "this change", "the new function", "`limit`", "it", "an empty list"]
)
_FAILURES = st.sampled_from(
    """raises IndexError for an empty list|crashes when rows is None|returns the wrong total
leaks the file handle|divides by zero|reads one element past the end|swallows the error
lets any user read the file|races with the writer|overwrites the last row|never ends
is off by one|drops the last row|can inject SQL|deadlocks|silently ignores the status
loses the update|overflows for large n|compares the wrong side""".replace("\n", "|").split("|")
)
_CONTENTLESS = st.sampled_from(
    [
        "The code adds a new function.",
        "This looks good.",
        "Ensure that the input is valid.",
        "It would be better to use a shorter name.",
        "The variable `limit` is now called `most`.",
    ]
)


@given(st.lists(_CONTENTLESS, max_size=2), _SUBJECTS, _FAILURES, st.lists(_CONTENTLESS, max_size=2))
def test_a_stated_failure_is_never_dropped_for_its_wording(
    before: list[str], subject: str, failure: str, after: list[str]
) -> None:
    message = " ".join([*before, f"{subject.capitalize()} {failure}.", *after])
    assert _kind(message) is None
    assert judged(CHUNK, "limit = size(rows) + 1", message) is None


@given(_CONTENTLESS, st.sampled_from([" which ", " so that it ", ", but it "]), _FAILURES)
def test_a_failure_in_the_same_sentence_passes(begin: str, link: str, failure: str) -> None:
    assert _kind(f"{begin.rstrip('.')}{link}{failure}.") is None


def test_the_examples_of_the_prompt_are_known() -> None:
    assert EXAMPLES
