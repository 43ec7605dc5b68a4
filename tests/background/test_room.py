"""The queue of one repository: bounded, the newest first, and private."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.background.job import Job, job_of
from reviewbot.background.outcome import MOST, Outcome
from reviewbot.background.room import MOST_JOBS, OLDEST_SECONDS, NoRoomError, Room

_JOB = Job("commit", "", "a" * 40, "/r", "/r", "/r/.git", time.time(), {"strict": True}, {"A": "b"})


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path / "rooms" / "one")
    made.make(tmp_path)
    return made


def _heads(room: Room) -> list[str]:
    return [one.job.head for one in room.queued()]


@pytest.mark.parametrize("cwd", ["/r", "/caf\udce9", "/a\nb\t'\""])
def test_a_job_comes_back_as_it_was_written(cwd: str) -> None:
    job = replace(_JOB, cwd=cwd, at=_JOB.at)
    assert job_of(job.text()) == job


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"kind": 1}', "[" * 9999, _JOB.text().replace('"/r"', "3")]
)
def test_what_is_no_job_is_none(text: str) -> None:
    assert job_of(text) is None


def test_the_newest_stands_first_and_there_are_never_many(room: Room) -> None:
    for number in range(MOST_JOBS + 5):
        room.add(replace(_JOB, head=str(number)))
    newest = MOST_JOBS + 4
    assert _heads(room) == [str(number) for number in range(newest, newest - MOST_JOBS, -1)]
    assert len(list((room.folder / "queue").iterdir())) == MOST_JOBS


def test_a_job_takes_the_place_of_the_same_one(room: Room) -> None:
    for head in ("1", "2", "1"):
        room.add(replace(_JOB, head=head))
    room.add(replace(_JOB, head="2", top="/linked"))
    assert _heads(room) == ["2", "1", "2"]


def test_what_is_being_done_is_not_taken_away_by_what_comes_after(
    room: Room, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    index.write_bytes(b"DIRC")
    staged = replace(_JOB, kind="staged", head="")
    room.add(staged, index)
    (queued,) = room.queued()
    taken = room.take(queued)
    room.add(staged, index)
    for number in range(MOST_JOBS):
        room.add(replace(_JOB, head=str(number)))
    assert taken.index.read_bytes() == b"DIRC"
    assert [one.job.attempts for one in room.taken()] == [1]
    back = room.put_back(taken)
    assert back.index.read_bytes() == b"DIRC"
    assert room.taken() == []
    for one in room.queued():
        room.drop(one)
    assert not [*(room.folder / "queue").iterdir(), *(room.folder / "work").iterdir()]


def test_what_is_old_or_cannot_be_read_goes(room: Room) -> None:
    room.add(replace(_JOB, at=time.time() - OLDEST_SECONDS - 1))
    room.add(_JOB)
    (room.folder / "queue" / "9.json").write_text("half")
    assert len(room.queued()) == 1
    assert len(list((room.folder / "queue").iterdir())) == 1


def test_its_owner_alone_reads_it(room: Room, tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.write_bytes(b"DIRC")
    index.chmod(0o644)
    room.add(_JOB, index)
    room.keep(Outcome("commit a", "complete", 1.0))
    lock = room.lock()
    assert lock is not None
    os.close(lock)
    for path in (room.folder.parent, *room.folder.parent.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_folder_that_others_can_write_to_is_refused(room: Room, tmp_path: Path) -> None:
    (room.folder / "queue").chmod(0o777)
    with pytest.raises(NoRoomError, match="others can write"):
        room.make(tmp_path)


def test_outcomes_are_few_and_one_of_each(room: Room) -> None:
    for number in range(MOST + 5):
        room.keep(Outcome(f"commit {number}", "complete", 1.0, number))
    room.keep(Outcome("commit 30", "dropped", 2.0, reason="gone"))
    found = room.outcomes()
    assert len(found) == MOST
    assert [one.name for one in found[:2]] == ["commit 30", f"commit {MOST + 4}"]
    with (room.folder / "outcomes.jsonl").open("a") as file:
        file.write('half a line\n{"name": 1}\n')
    assert room.outcomes() == found


def test_one_has_the_lock(room: Room) -> None:
    lock = room.lock()
    assert lock is not None
    assert room.lock() is None
    os.close(lock)


def test_a_worker_is_known_for_as_long_as_it_lives(room: Room) -> None:
    before, alive = room.worker, room.live()
    assert alive is not None
    meanwhile = room.worker
    os.close(alive)
    assert (before, meanwhile, room.worker) == (None, os.getpid(), None)
