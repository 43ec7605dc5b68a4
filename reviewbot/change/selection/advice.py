"""What a repository says of its files, and what their names tell.

Advice is read from the index for a staged change and from the base for all others: a merge
request cannot hide its own files by it. For a rename both names must be out of the review, or
a move into `vendor/` would hide the edit that comes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reviewbot.change.git import Git
from reviewbot.change.rules.read import read_rules
from reviewbot.change.rules.rule import Rule
from reviewbot.change.selection.attributes import Marks, read_marks
from reviewbot.change.selection.ignore import IGNORE_FILE, read_ignored
from reviewbot.change.selection.names import generated_name, is_lock_file, vendored_folder
from reviewbot.changeset import FileChange, Scope

_NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Advice:
    """By path: the deciding line of `.reviewbotignore` where it ignores the file, and what the
    attributes say; and the rules that files are held against."""

    ignored: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[str, Marks] = field(default_factory=lambda: MappingProxyType({}))
    rules: tuple[Rule, ...] = ()

    def wants(self, path: str) -> bool:
        """Whether `-linguist-generated` says that people write the file."""
        return self.marks.get(path, _NO_MARKS).generated is False


NO_ADVICE = Advice()


def read_advice(git: Git, scope: Scope, files: Iterable[FileChange]) -> Advice:
    """Raises GitError, and ConfigError for a rule that cannot be read. A patch from outside belongs
    to no repository: nobody advises on it."""
    if scope.kind == "diff":
        return NO_ADVICE
    tree = scope.advised_by
    paths = [path for file in files for path in _names(file)]
    rules = read_rules(git, scope)
    return Advice(read_ignored(git, tree, paths), read_marks(git, tree, paths), rules)


def by_name(file: FileChange, advice: Advice) -> str:
    """Why the file is not reviewed, without a look at its text; empty if it may be."""
    reasons = [_reason(name, advice) for name in _names(file)]
    return reasons[0] if all(reasons) else ""


def _names(file: FileChange) -> tuple[str, ...]:
    """The new name first; the old one where git saw a rename or a copy."""
    return (file.path, file.old_path) if file.status in "RC" else (file.path,)


def _reason(path: str, advice: Advice) -> str:
    if line := advice.ignored.get(path):
        return f"ignored by {IGNORE_FILE} line {line}"
    marks = advice.marks.get(path, _NO_MARKS)
    if marks.generated or marks.vendored:
        kind = "generated" if marks.generated else "vendored"
        return f"{kind} (marked by linguist-{kind})"
    if marks.vendored is None and (folder := vendored_folder(path)):
        return f"vendored ({folder})"
    if marks.generated is None and is_lock_file(path):
        return "lock file"
    if marks.generated is None and (name := generated_name(path)):
        return f"generated (named {name})"
    return ""
