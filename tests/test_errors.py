from __future__ import annotations

import inspect
import re

import pytest

from reviewbot import errors
from reviewbot.errors import ExitCode, ReviewbotError, nearest

_TREE = re.findall(r"(\w+) +(\d)  ", errors.__doc__ or "")


@pytest.mark.parametrize(("name", "code"), _TREE)
def test_each_error_leads_to_the_exit_code_that_the_tree_shows(name: str, code: str) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, ReviewbotError)
    assert kind.exit_code == int(code)


def test_the_tree_shows_every_error() -> None:
    every = {
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, ReviewbotError)
    }
    assert every == {name for name, _ in _TREE} | {"ReviewbotError"}


def test_an_engine_error_is_an_incomplete_review_and_a_refusal_is_wrong_usage() -> None:
    assert errors.EngineUnavailable("x").exit_code is ExitCode.INCOMPLETE
    assert errors.ReplyError("x").exit_code is ExitCode.INCOMPLETE
    assert errors.RefusedError("x").exit_code is ExitCode.USAGE
    assert not issubclass(errors.RefusedError, errors.EngineError)


def test_an_error_carries_its_remedy() -> None:
    error = ReviewbotError("what happened", "what to type")
    assert (str(error), error.message, error.remedy) == (
        "what happened",
        "what happened",
        "what to type",
    )


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("ollma", 'did you mean "ollama"?'),
        ("zzz", "known: auto, ollama"),
        ("", "known: auto, ollama"),
    ],
)
def test_nearest_offers_one_name_or_all(name: str, phrase: str) -> None:
    assert nearest(name, ["ollama", "auto"]) == phrase
