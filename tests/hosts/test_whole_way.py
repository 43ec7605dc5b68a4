"""From a commit to comments: a real review's report, posted on the diff that git makes of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import Repository, Reviewbot
from tests.hosts.conftest import Publish
from tests.hosts.gitlab_server import GitLab

_FIRST = """\
def price(total):
    return total


def rest(total):
    check(total)
    return 1
"""
_SECOND = """\
def price(total, count):
    return total / count


def rest(total):
    return 1
"""


def _reply(quote: str, problem: str) -> dict[str, object]:
    return {
        "quote": quote,
        "problem": problem,
        "category": "correctness",
        "severity": "error",
    }


def test_from_a_commit_to_comments(
    repository: Repository,
    reviewbot: Reviewbot,
    script: Callable[..., str],
    gitlab: GitLab,
    to_gitlab: Publish,
) -> None:
    repository.stage("shop.py", _FIRST)
    base = repository.commit()
    repository.stage("shop.py", _SECOND)
    head = repository.commit()
    found = [
        _reply("    return total / count", "@all This breaks when count is 0."),
        _reply("    check(total)", "@all Without the check a negative total is taken."),
    ]
    chosen = {
        "REVIEWBOT_ENGINE": "scripted",
        "REVIEWBOT_MODEL": script({"reply": {"findings": found}}),
        "REVIEWBOT_EFFORT": "plain",
    }
    review = reviewbot("review", "--range", f"{base}..{head}", "--format", "json", environ=chosen)
    assert review.code == 0, review.err
    diff = repository.git("diff", "--no-color", base, head).partition("\n@@")
    text = "@@" + diff[2] + "\n"
    gitlab.push(head, [{"new_path": "shop.py", "old_path": "shop.py", "diff": text}], base)

    assert to_gitlab(review.out).code == 0
    positions = [note["position"] for note in gitlab.threads()]
    lines = {(found.get("old_line"), found.get("new_line")) for found in positions}
    assert lines == {(None, 2), (6, None)}
    assert all("`@all` " in n["body"] for n in gitlab.threads())
