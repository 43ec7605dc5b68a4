"""The history's file: what is written is read, and what goes wrong is a review without history."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.database import DamagedError, UnfitError
from reviewbot.history import store
from reviewbot.history.entry import Counts, Entry
from reviewbot.history.store import FILE, HISTORY, History, Told
from tests.conftest import required

HERE, THERE = Path("/repositories/here/.git"), Path("/repositories/th\udcffere/.git")
COUNTS = Counts(calls=3, prompt_tokens=500, ask_seconds=1.25, errors=1)
ENTRY = Entry(1000.0, "hook", "complete", "", "ollama", "coder:7b", COUNTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "state"


@pytest.fixture
def history(folder: Path) -> History:
    return History(folder)


@contextmanager
def _by_hand(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        yield connection


def test_what_is_written_is_read_the_oldest_first(history: History) -> None:
    later = replace(ENTRY, at=2000.5, kind="explain", status="incomplete", counts=Counts())
    assert history.add(later, HERE) is None
    assert history.add(ENTRY, None) is None
    named = history.hashed(HERE)
    assert named
    assert history.told() == Told((ENTRY, replace(later, repository=named)))


def test_a_repository_is_told_from_another_and_named_by_none(
    history: History, folder: Path, tmp_path: Path
) -> None:
    for repository in (HERE, THERE, HERE):
        history.add(ENTRY, repository)
    names = [entry.repository for entry in history.told().entries]
    assert sorted(map(names.count, names)) == [1, 2, 2]
    assert set(names) == {history.hashed(HERE), history.hashed(THERE)}
    held = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"repositories" not in held
    other = History(tmp_path / "other")  # another key
    other.add(ENTRY, HERE)
    assert other.hashed(HERE) not in names


def test_nothing_is_made_by_a_look(history: History, folder: Path) -> None:
    assert history.told() == Told()
    assert history.hashed(HERE) is None
    history.clear()
    assert not folder.exists()


def test_it_is_its_owners_alone(history: History, folder: Path) -> None:
    history.add(ENTRY, HERE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert FILE in modes
    assert set(modes.values()) == {0o600}


def test_the_newest_rows_stay(folder: Path) -> None:
    small = History(folder, most_rows=10)
    for number in range(25):
        small.add(replace(ENTRY, at=float(number)), HERE)
    assert [entry.at for entry in small.told().entries] == [float(n) for n in range(15, 25)]


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'holiday'",
        "status = 'well'",
        "model = X'00'",
        "calls = -1",
        "calls = 1.5",
        "calls = 'many'",
        "ask_seconds = 9e999",
        "at = 'then'",
    ],
)
def test_a_row_that_was_not_written_here_is_counted_and_left_out(
    history: History, folder: Path, change: str
) -> None:
    history.add(ENTRY, None)
    history.add(replace(ENTRY, at=2000.0), None)
    with _by_hand(folder) as connection:
        connection.execute(f"UPDATE reviews SET {change} WHERE id = 2")  # noqa: S608
    told = history.told()
    kept = 1 if change != "model = X'00'" else 2  # a NUL is a name, too
    assert (len(told.entries), told.unreadable) == (kept, 2 - kept)


def _no_database(path: Path) -> None:
    path.write_bytes(b"no database" * 999)


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def _without_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE reviews")


def _without_key(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM secret")


@pytest.mark.parametrize("harm", [_no_database, _foreign, _without_tables, _without_key])
def test_a_damaged_file_is_set_aside_and_told_once(
    history: History, folder: Path, harm: Callable[[Path], None]
) -> None:
    history.add(ENTRY, HERE)
    harm(folder / FILE)
    harmed = (folder / FILE).read_bytes()
    trouble = history.add(ENTRY, HERE)
    assert trouble is not None
    assert trouble.loud
    assert (folder / f"{FILE}.bad-1").read_bytes() == harmed
    assert history.add(ENTRY, HERE) is None
    assert len(history.told().entries) == 2


def test_a_look_at_a_damaged_file_moves_nothing(history: History, folder: Path) -> None:
    history.add(ENTRY, HERE)
    _no_database(folder / FILE)
    with pytest.raises(DamagedError):
        history.told()
    assert not HISTORY.bad_files(folder)


def test_a_newer_file_is_left_alone(history: History, folder: Path) -> None:
    history.add(ENTRY, HERE)
    with _by_hand(folder) as connection:
        connection.execute("PRAGMA user_version = 99")
    trouble = history.add(ENTRY, HERE)
    assert trouble is not None
    assert "newer reviewbot" in trouble.what
    with pytest.raises(UnfitError):
        history.told()


@pytest.mark.parametrize("place", ["/proc/none", "/dev/null/below", "a\0b", "\x7f/" + "x" * 300])
def test_a_place_that_cannot_be_used_is_told_and_harmless(place: str, tmp_path: Path) -> None:
    trouble = History(tmp_path / place).add(ENTRY, HERE)
    assert trouble is not None
    assert not trouble.loud


def test_a_link_is_not_followed(history: History, folder: Path, tmp_path: Path) -> None:
    History(tmp_path / "theirs").add(ENTRY, HERE)
    folder.mkdir(parents=True)
    (folder / FILE).symlink_to(tmp_path / "theirs" / FILE)
    assert history.add(ENTRY, HERE) is not None
    assert len(History(tmp_path / "theirs").told().entries) == 1


def test_a_database_that_is_locked_for_ever_is_given_up(
    history: History, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.add(ENTRY, HERE)
    monkeypatch.setattr(store, "HISTORY", replace(HISTORY, busy_seconds=0.1))
    with _by_hand(folder) as other:
        other.execute("BEGIN EXCLUSIVE")
        trouble = history.add(ENTRY, HERE)
    assert trouble is not None
    assert "locked" in trouble.what
    assert len(history.told().entries) == 1


def test_clearing_leaves_nothing_on_the_disk(history: History, folder: Path) -> None:
    history.add(replace(ENTRY, model="the secret model"), HERE)
    (folder / f"{FILE}.bad-1").write_text("the secret model", encoding="utf-8")
    before = history.hashed(HERE)
    history.clear()
    assert b"secret model" not in b"".join(file.read_bytes() for file in folder.iterdir())
    assert history.told() == Told()
    assert history.hashed(HERE) != before
    assert history.add(ENTRY, HERE) is None


# Fills a disk; then the disk is mounted anew, for reading alone.
_IN_A_SMALL_DISK = """
import subprocess, sys
from pathlib import Path
from reviewbot.history.entry import Entry
from reviewbot.history.store import History
disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "none", disk], check=True)
history, entry = History(disk), Entry(1.0, "hook", "complete")
print(history.add(entry, None))
with (disk / "ballast").open("wb", buffering=0) as ballast:
    while True:
        try:
            ballast.write(bytes(4096))
        except OSError:
            break
told = [history.add(entry, None) for _ in range(3)]
print(told[-1].loud, "full" in told[-1].what or "disk I/O" in told[-1].what)
(disk / "ballast").unlink()
print(history.add(entry, None), not list(disk.glob("*.bad-*")))
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
print(history.add(entry, None).loud)
"""


def test_a_full_disk_and_a_read_only_one_are_harmless(tmp_path: Path) -> None:
    command = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        required("namespaces")
    command += [sys.executable, "-P", "-c", _IN_A_SMALL_DISK, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["None", "False True", "None True", "False"]


_WRITER = """
import sys
from pathlib import Path
from reviewbot.history.entry import Entry
from reviewbot.history.store import History
folder, name, rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("begins", flush=True)
for number in range(rows):
    entry = Entry(float(number), "hook", "complete", model=name)
    if trouble := History(folder).add(entry, Path(name)):
        sys.exit(trouble.what)
    print(number, flush=True)
"""


def _writer(folder: Path, name: str, rows: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", _WRITER, str(folder), name, str(rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_fifty_processes_lose_nothing(history: History, folder: Path) -> None:
    writers = [_writer(folder, str(number), 4) for number in range(50)]
    said = [writer.communicate(timeout=300)[1] for writer in writers]
    assert [text for text in said if text.strip()] == []
    written = sorted((entry.model, entry.at) for entry in history.told().entries)
    assert written == sorted((str(name), float(row)) for name in range(50) for row in range(4))
    assert not HISTORY.bad_files(folder)


def test_what_is_killed_leaves_a_sound_file(history: History, folder: Path) -> None:
    for number in range(12):
        if number % 4 == 0:  # it is killed while the file is made, too
            for file in folder.glob("*"):
                file.unlink()
        writer = _writer(folder, str(number), 100_000)
        assert writer.stdout is not None
        for _ in range(1 + number % 4 * 3):  # what it says that it wrote is written
            assert writer.stdout.readline()
        writer.kill()
        writer.communicate()
        assert history.add(ENTRY, HERE) is None
        told = history.told()
        assert told.unreadable == 0
        rows = [entry.at for entry in told.entries if entry.model == str(number)]
        assert rows == [float(row) for row in range(len(rows))]
        assert len(rows) >= number % 4 * 3
