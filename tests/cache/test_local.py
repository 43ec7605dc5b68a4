"""The cache's file: what is kept is found as it was, and what goes wrong is a miss."""

from __future__ import annotations

import hashlib
import random
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.cache import local
from reviewbot.cache.database import CACHE, FILE
from reviewbot.cache.local import UNUSED_SECONDS, LocalCache
from reviewbot.review.kept import digest
from tests.conftest import required

MEGABYTE = 1_000_000
KEY = digest("a key")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache"


def _cache(folder: Path, most: int = MEGABYTE) -> LocalCache:
    return LocalCache(folder, most)


def _kept(folder: Path, key: str = KEY, text: str = "an answer") -> None:
    cache = _cache(folder)
    cache.keep(key, text)
    cache.close()
    assert cache.troubles == ()


@contextmanager
def _by_hand(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("text", ["", "an answer", "答え\n\0\x1b", "x" * 100_000])
def test_what_is_kept_is_found_by_the_next_process(folder: Path, text: str) -> None:
    _kept(folder, text=text)
    cache = _cache(folder)
    assert cache.find(KEY) == text
    assert cache.find(digest("another key")) is None
    assert cache.troubles == ()


def test_nothing_is_made_before_it_is_used(folder: Path) -> None:
    _cache(folder).close()
    assert not folder.exists()


def test_it_is_its_owners_alone(folder: Path) -> None:
    cache = _cache(folder)
    cache.keep(KEY, "an answer")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert {f"{FILE}{suffix}" for suffix in ("", "-wal", "-shm")} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(folder: Path) -> None:
    _kept(folder)
    (folder / FILE).chmod(0o644)
    cache = _cache(folder)
    assert cache.find(KEY) == "an answer"
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / f"{FILE}-wal").stat().st_mode) == 0o600


def test_what_others_can_write_to_is_not_believed(folder: Path) -> None:
    _kept(folder)
    folder.chmod(0o777)
    cache = _cache(folder)
    assert cache.find(KEY) is None
    assert "others can write" in cache.troubles[0].what


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    _kept(tmp_path / "theirs")
    folder.mkdir(parents=True)
    (folder / FILE).symlink_to(tmp_path / "theirs" / FILE)
    cache = _cache(folder)
    assert cache.find(KEY) is None
    assert not cache.troubles[0].loud


@pytest.mark.parametrize(
    "order",
    [
        "UPDATE answers SET value = CAST('another' AS BLOB)",
        "UPDATE answers SET value = X'FF00'",
        "UPDATE answers SET value = 7",
        "UPDATE answers SET proof = X'00'",
        f"UPDATE answers SET key = X'{digest('another key')}'",  # noqa: S608
    ],
)
def test_a_row_that_is_not_what_was_kept_is_a_miss(folder: Path, order: str) -> None:
    _kept(folder)
    with _by_hand(folder) as connection:
        connection.execute(order)
    cache = _cache(folder)
    assert [cache.find(KEY), cache.find(digest("another key"))] == [None, None]
    assert cache.troubles == ()
    cache.keep(KEY, "once more")
    assert cache.find(KEY) == "once more"


def _no_database(path: Path) -> None:
    path.write_bytes(b"no database" * 999)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 + 100)


def _scribbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(4096, len(data)):
        data[at] = at * 7 % 251
    path.write_bytes(bytes(data))


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def _without_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE answers")


@pytest.mark.parametrize(
    "harm", [_no_database, _empty, _cut, _scribbled, _foreign, _without_tables]
)
def test_a_damaged_file_is_set_aside_and_told_once(folder: Path, harm: object) -> None:
    _kept(folder)
    harm(folder / FILE)  # type: ignore[operator]
    harmed = (folder / FILE).read_bytes()
    cache = _cache(folder)
    assert cache.find(KEY) is None
    cache.keep(KEY, "another")
    cache.close()
    (trouble,) = cache.troubles
    assert trouble.loud
    assert f"{FILE}.bad-1" in trouble.what
    assert (folder / f"{FILE}.bad-1").read_bytes() == harmed
    after = _cache(folder)
    after.keep(KEY, "another")
    assert after.find(KEY) == "another"
    assert after.troubles == ()


def test_what_is_set_aside_does_not_pile_up(folder: Path) -> None:
    folder.mkdir(parents=True)
    for _ in range(12):
        _no_database(folder / FILE)
        assert _cache(folder).find(KEY) is None
    assert len(CACHE.bad_files(folder)) == 9


def test_a_newer_file_is_left_alone(folder: Path) -> None:
    _kept(folder)
    with _by_hand(folder) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = (folder / FILE).read_bytes()
    cache = _cache(folder)
    cache.keep(KEY, "another")
    assert cache.find(KEY) is None
    cache.close()
    assert (folder / FILE).read_bytes() == before
    (trouble,) = cache.troubles
    assert "newer reviewbot" in trouble.what


@pytest.mark.parametrize("place", ["/proc/none", "/dev/null/below", "a\0b", "\x7f/" + "x" * 300])
def test_a_place_that_cannot_be_used_is_told_and_harmless(place: str, tmp_path: Path) -> None:
    cache = _cache(tmp_path / place)
    cache.keep(KEY, "an answer")
    assert cache.find(KEY) is None
    cache.close()
    assert len(cache.troubles) == 1


# Fills a disk; then the disk is mounted anew, for reading alone.
_IN_A_SMALL_DISK = """
import subprocess, sys
from pathlib import Path
from reviewbot.cache.local import LocalCache
from reviewbot.review.kept import digest
disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k,mode=700", "none", disk], check=True)
cache = LocalCache(disk, 50_000_000)
for number in range(200):
    cache.keep(digest(str(number)), "x" * 5000)
first = cache.find(digest("0"))
cache.close()
print(len(first or ""), [trouble.what.rpartition(": ")[2] for trouble in cache.troubles])
cache = LocalCache(disk, 50_000_000)
print(len(cache.find(digest("0")) or ""), cache.troubles)
cache.close()
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
cache = LocalCache(disk, 50_000_000)
cache.keep(digest("more"), "more")
print(cache.find(digest("more")), len(cache.troubles), cache.troubles[0].loud)
cache.close()
"""


def test_a_full_disk_and_a_read_only_one_are_harmless(tmp_path: Path) -> None:
    command = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        required("namespaces")
    command += [sys.executable, "-P", "-c", _IN_A_SMALL_DISK, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    full, again, read_only = done.stdout.splitlines()
    assert full == "5000 ['database or disk is full']"
    assert again == "5000 ()"
    assert read_only == "None 1 False"


def test_a_database_that_is_locked_for_ever_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kept(folder)
    monkeypatch.setattr(local, "CACHE", replace(CACHE, busy_seconds=0.1))
    with _by_hand(folder) as other:
        other.execute("BEGIN EXCLUSIVE")
        cache = _cache(folder)
        assert cache.find(KEY) == "an answer"
        begun = time.monotonic()
        for number in range(50):
            cache.keep(digest(str(number)), "new")
        assert time.monotonic() - begun < 3  # one wait, not fifty
        assert cache.find(KEY) == "an answer"  # a reader waits for no writer
        cache.close()
    assert "locked" in cache.troubles[0].what
    assert _cache(folder).find(KEY) == "an answer"


def test_a_file_system_without_locks_is_no_cache(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    cache = _cache(folder)
    cache.keep(KEY, "an answer")
    assert cache.find(KEY) is None
    assert "No locks available" in cache.troubles[0].what


def test_the_oldest_used_go_first(folder: Path) -> None:
    now = [1000.0]
    cache = LocalCache(folder, MEGABYTE, lambda: now[0])
    keys = [digest(str(number)) for number in range(2000)]
    for number, key in enumerate(keys):
        now[0] += 1
        cache.keep(key, "x" * 1000)
        if number == 300:  # used again, and noted when the run ends
            cache.find(keys[0])
            cache.close()
            cache = LocalCache(folder, MEGABYTE, lambda: now[0])
    found = [cache.find(key) is not None for key in keys]
    cache.close()
    assert found[0] is False
    assert found[-500:] == [True] * 500
    assert found == sorted(found)
    assert _cache(folder).stats().bytes < 2 * MEGABYTE + 4 * 1024 * 1024  # and sqlite's journal
    assert (folder / FILE).stat().st_size < 1.2 * MEGABYTE


def test_use_is_noted(folder: Path) -> None:
    now = [1000.0]
    first = LocalCache(folder, MEGABYTE, lambda: now[0])
    for name in ("used", "unused"):
        first.keep(digest(name), name)
    first.close()
    now[0] += UNUSED_SECONDS - 10
    second = LocalCache(folder, MEGABYTE, lambda: now[0])
    assert second.find(digest("used")) == "used"
    second.close()
    now[0] += 20
    third = LocalCache(folder, MEGABYTE, lambda: now[0])
    assert third.find(digest("used")) == "used"
    third.close()
    assert _cache(folder).find(digest("unused")) is None
    assert _cache(folder).stats().hits == 2


def test_clearing_leaves_nothing_on_the_disk(folder: Path) -> None:
    _kept(folder, text="the secret sauce")
    (folder / f"{FILE}.bad-1").write_text("the secret sauce", encoding="utf-8")
    other = _cache(folder)  # a review that goes on
    assert other.find(KEY) == "the secret sauce"
    _cache(folder).clear()
    held = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"secret sauce" not in held
    assert other.find(KEY) is None
    other.keep(KEY, "new")
    assert _cache(folder).find(KEY) == "new"


def test_threads_share_it(folder: Path) -> None:
    cache = _cache(folder)
    wrong: list[str] = []

    def work(name: int) -> None:
        for number in range(50):
            key = digest(f"{name} {number}")
            cache.keep(key, f"{name} {number}")
            if cache.find(key) != f"{name} {number}":
                wrong.append(key)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, cache.troubles) == ([], ())


# Keeps rows of its own and one that all keep; finds each again.
_WRITER = """
import sys
from pathlib import Path
from reviewbot.cache.local import LocalCache
from reviewbot.review.kept import digest
folder, name, rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("begins", flush=True)
cache = LocalCache(folder, 50_000_000)
for number in range(rows):
    key = digest(name, str(number))
    cache.keep(key, f"{name} {number} " + "x" * 2000)
    cache.keep(digest("all"), "all")
    found = cache.find(key)
    if found is None or not found.startswith(f"{name} {number} "):
        sys.exit(f"{name} lost {number}: {cache.troubles}")
cache.close()
sys.exit("; ".join(trouble.what for trouble in cache.troubles))
"""


def _writer(folder: Path, name: str, rows: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", _WRITER, str(folder), name, str(rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_fifty_processes_begin_it_at_once(folder: Path) -> None:
    writers = [_writer(folder, str(number), 10) for number in range(50)]
    said = [writer.communicate(timeout=300)[1] for writer in writers]
    assert [text for text in said if text.strip()] == []
    cache = _cache(folder)
    assert cache.stats().rows == 501
    assert not CACHE.bad_files(folder)


@pytest.mark.slow
def test_what_is_killed_leaves_a_sound_file(folder: Path) -> None:
    draw = random.Random(7)  # noqa: S311
    rows = 0
    for number in range(200):
        if number % 10 == 0:  # it is killed while the file is made, too
            for file in folder.glob("*"):
                file.unlink()
        writer = _writer(folder, str(number), 100_000)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begins\n"
        time.sleep(draw.uniform(0, 0.1))
        writer.kill()
        writer.communicate()
        cache = _cache(folder, 50 * MEGABYTE)
        cache.keep(KEY, str(number))
        assert cache.find(KEY) == str(number)
        cache.close()
        assert cache.troubles == ()
        if number % 10 == 9:
            rows += _sound(folder)
    assert rows > 2_000


def _sound(folder: Path) -> int:
    """How many rows there are; each is what was kept."""
    with _by_hand(folder) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT key, proof, value FROM answers").fetchall()
    assert all(proof == hashlib.sha256(key + value).digest()[:16] for key, proof, value in rows)
    return len(rows)


def test_a_full_disk_ends_the_keeping_and_not_the_finding(folder: Path) -> None:
    """A limit on the size of files fails as a full disk does, and so late as it does."""
    _kept(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    cache = _cache(folder, 50 * MEGABYTE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
        for number in range(300):
            cache.keep(digest(str(number)), "x" * 5000)
        assert cache.find(KEY) == "an answer"
        cache.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    (trouble,) = cache.troubles
    assert not trouble.loud
    after = _cache(folder)
    assert after.find(KEY) == "an answer"
    assert after.find(digest("0")) == "x" * 5000
    assert after.troubles == ()
