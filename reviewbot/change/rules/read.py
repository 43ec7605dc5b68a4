"""The rules of a repository: from the index for a staged change, from before it for all others, so
that no merge request writes the rules that it is held against."""

from __future__ import annotations

from reviewbot.change.git import Git
from reviewbot.change.rules.file import read_rule
from reviewbot.change.rules.rule import Rule
from reviewbot.changeset import Scope
from reviewbot.errors import ConfigError

FOLDER = ".reviewbot/rules"
MOST_RULES = 100


def read_rules(git: Git, scope: Scope) -> tuple[Rule, ...]:
    """Raises ConfigError for a rule that cannot be read, GitError. A patch from outside belongs to
    no repository, and none has rules for it."""
    if scope.kind == "diff":
        return ()
    found = {
        path: blob for path, blob in git.listing(scope.advised_by, FOLDER).items() if _is_rule(path)
    }
    place = f"the base {scope.advised_by[:12]}" if scope.advised_by else "the index"
    if len(found) > MOST_RULES:
        raise ConfigError(
            f"{FOLDER} in {place} holds {len(found)} rules, and {MOST_RULES} are read",
            "make one of several, or remove some",
        )
    contents = git.blobs(found.values())
    return tuple(
        read_rule(path, contents[blob], place)
        for path, blob in sorted(found.items())
        if blob in contents
    )


def _is_rule(path: str) -> bool:
    """A README may say what the folder is for."""
    name = path.removeprefix(f"{FOLDER}/")
    return name.endswith(".md") and "/" not in name and name.lower() != "readme.md"
