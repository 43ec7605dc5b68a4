"""The change that a command is about, ready to be reviewed or explained."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.change.git import Git
from reviewbot.changeset import ChangeSet, Scope
from reviewbot.config import REPOSITORY_FILES, Committed

if TYPE_CHECKING:
    from reviewbot.change.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is ready to be reviewed, the seconds that it took to make it so, and its
    repository, if it has one."""

    prepared: Prepared
    seconds: float
    git: Git | None = None


def captured(git: Git, scope: Scope, paths: Sequence[str] = ()) -> Change:
    """The change that a scope names. Raises GitError, PatchError."""
    from reviewbot.change.capture import capture
    from reviewbot.change.prepare import prepare
    from reviewbot.change.selection.advice import read_advice
    from reviewbot.change.snapshot import Snapshot

    begun = time.monotonic()
    change_set = capture(git, scope, paths)
    advice = read_advice(git, scope, change_set.files)
    prepared = prepare(change_set, advice, Snapshot(git, scope))
    return Change(prepared, time.monotonic() - begun, git)


def settings_before(cwd: Path, scope: Scope) -> Committed:
    """The repository's settings from before the change: it cannot say how it is reviewed."""
    from reviewbot.change.settled import settled

    found = {name: settled(Git(cwd), scope, name) for name in REPOSITORY_FILES}
    contents = {name: content for name, content in found.items() if content is not None}
    return Committed(scope.advised_by, contents)


def read(change_set: ChangeSet) -> Change:
    """A change from outside of any repository."""
    from reviewbot.change.prepare import prepare
    from reviewbot.change.selection.advice import NO_ADVICE
    from reviewbot.change.snapshot import Snapshot

    begun = time.monotonic()
    prepared = prepare(change_set, NO_ADVICE, Snapshot(None, change_set.scope))
    return Change(prepared, time.monotonic() - begun)
