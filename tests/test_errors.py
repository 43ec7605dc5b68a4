from __future__ import annotations

import ast
import inspect
import re
from collections import Counter

import pytest

from reviewbot import errors
from reviewbot.errors import ExitCode, ReviewbotError, nearest
from tests.conftest import ROOT

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


# What says by itself what to do ("it must be …", "did you mean …", a file and its line), the time
# that the user bounded, a server's own words, and what only a fault of ours can lead to.
_ENOUGH = {
    "reviewbot/cache/link.py": 2,
    "reviewbot/cli/main.py": 1,
    "reviewbot/cli/means.py": 1,
    "reviewbot/cli/output.py": 2,
    "reviewbot/config.py": 1,
    "reviewbot/config_value.py": 5,
    "reviewbot/engines/base.py": 1,
    "reviewbot/engines/scripted.py": 1,
    "reviewbot/evaluation/choose.py": 2,
    "reviewbot/evaluation/suite.py": 2,
    "reviewbot/explain/asker.py": 1,
    "reviewbot/history/prices.py": 3,
    "reviewbot/hosts/github_comments.py": 1,
    "reviewbot/network.py": 1,
}
_TELLING = {name for name, _ in _TREE} - {"ReplyError"} | {"ReviewbotError"}


def test_each_error_says_what_to_do_next() -> None:
    lacking = Counter[str]()
    for path in (ROOT / "reviewbot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_bare(node):
                lacking[path.relative_to(ROOT).as_posix()] += 1
    assert lacking == _ENOUGH


def _is_bare(call: ast.Call) -> bool:
    """Whether an error is made with a message alone."""
    return ast.unparse(call.func) in _TELLING and len(call.args) + len(call.keywords) == 1


def test_control_an_error_without_a_remedy_is_seen() -> None:
    calls = [ast.parse(text, mode="eval").body for text in ("GitError(x)", "GitError(x, y)")]
    assert [isinstance(call, ast.Call) and _is_bare(call) for call in calls] == [True, False]
