"""What a hook leaves to the background: the commit that was just made, or what its deadline left
undone.

A change that was staged is no commit yet, and may never be one. What is left behind of it is a copy
of the index that the hook saw: all that it names is in the repository's objects already, and
nothing is written there.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from reviewbot.background.job import Job
from reviewbot.background.room import NoRoomError, room_of
from reviewbot.background.start import set_out, told
from reviewbot.change.place import Place, place_and_head, place_of
from reviewbot.changeset import Scope
from reviewbot.hooks.under_way import under_way
from reviewbot.settings import Settings

# What `CI` says where it says no.
_NO = ("", "0", "false")


def commit_left(cwd: Path, options: dict[str, Any]) -> str:
    """Leave HEAD's commit to the background, unless git is in the middle of something; why that
    cannot be, else nothing. Raises GitError."""
    place, head = place_and_head(cwd)
    if under_way(cwd, place.git_dir):
        return ""
    return _left(_job("commit", Scope("commit", "", head=head), place, cwd, options), place)


def rest_left(scope: Scope, cwd: Path, options: dict[str, Any]) -> str:
    """Leave what a hook was to review, all of it, to the background: what was answered is in the
    cache. Returns why that cannot be, else nothing. Raises GitError."""
    place = place_of(cwd)
    if scope.kind != "staged":
        return _left(_job("push", scope, place, cwd, options), place)
    index = Path(os.environ.get("GIT_INDEX_FILE") or place.git_dir / "index")
    # git's own word on a relative one is the top of the working tree.
    return _left(_job("staged", scope, place, cwd, options), place, place.top / index)


def leaves(settings: Settings) -> bool:
    """Whether a hook leaves anything to the background. Without a cache its answers would be lost;
    a CI job's processes end with it."""
    return settings.background == "on" and settings.cache != "off" and not _in_ci()


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in _NO


def _job(kind: str, scope: Scope, place: Place, cwd: Path, options: dict[str, Any]) -> Job:
    # Without a word of the user's an option is one of these; a 0 is a word.
    said = {
        name: value
        for name, value in options.items()
        if value is not None and value is not False and value != ()
    }
    if "config_file" in said:
        said["config_file"] = str(said["config_file"])
    return Job(
        kind=kind,
        base=scope.base,
        head=scope.head,
        cwd=str(cwd),
        top=str(place.top),
        git_dir=str(place.git_dir),
        at=time.time(),
        options=said,
        environ=told(os.environ),
    )


def _left(job: Job, place: Place, index: Path | None = None) -> str:
    room = room_of(place.common)
    try:
        room.make(place.common)
        room.add(job, index)
        set_out(room)
    except NoRoomError as error:
        return str(error)
    except OSError as error:
        return f"{error.filename or room.folder}: {error.strerror}"
    return ""
