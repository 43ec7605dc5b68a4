"""The memory between runs: what it keeps, and that nothing wrong with it is anybody's problem."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from reviewbot.engines import learnt
from reviewbot.engines.learnt import FILE, Learnt, cache_folder
from reviewbot.prompting.scale import Reading
from tests.conftest import ROOT

MODEL = ("sha256:abc", "950")
SERVER = ("127.0.0.1:8080", "qwen")
READING = Reading(code=100, tokens=700)


def _filled(folder: Path) -> Learnt:
    memory = Learnt(folder)
    memory.add_reading(MODEL, READING)
    memory.set_form(SERVER, "json_object")
    return memory


def _knows(folder: Path) -> tuple[tuple[Reading, ...], str | None]:
    memory = Learnt(folder)
    return memory.readings(MODEL), memory.form(SERVER)


def test_what_is_learnt_is_known_to_the_next_run_and_of_that_model_alone(tmp_path: Path) -> None:
    _filled(tmp_path / "a" / "b")
    assert _knows(tmp_path / "a" / "b") == ((READING,), "json_object")
    other = Learnt(tmp_path / "a" / "b")
    assert other.readings(("sha256:abc", "951")) == ()
    assert other.form(("127.0.0.1:8081", "qwen")) is None


def test_asking_makes_no_file(tmp_path: Path) -> None:
    assert _knows(tmp_path / "none") == ((), None)
    assert not (tmp_path / "none").exists()


def test_of_two_readings_with_the_same_code_the_higher_is_kept(tmp_path: Path) -> None:
    for tokens in (700, 900, 800):
        Learnt(tmp_path).add_reading(MODEL, Reading(100, tokens))
    Learnt(tmp_path).add_reading(MODEL, Reading(50, 650))
    assert Learnt(tmp_path).readings(MODEL) == (Reading(50, 650), Reading(100, 900))


def test_a_form_is_replaced_and_forgotten(tmp_path: Path) -> None:
    memory = _filled(tmp_path)
    memory.set_form(SERVER, "")
    assert Learnt(tmp_path).form(SERVER) == ""
    memory.set_form(SERVER, None)
    assert Learnt(tmp_path).form(SERVER) is None


@pytest.mark.parametrize(
    ("later", "knows"),
    [
        (learnt.FORM_SECONDS - 9, ((READING,), "json_object")),
        (learnt.FORM_SECONDS + 9, ((READING,), None)),
        (learnt.READINGS_SECONDS + 9, ((), None)),
    ],
)
def test_it_forgets_with_time(
    tmp_path: Path, later: float, knows: tuple[tuple[Reading, ...], str | None]
) -> None:
    now = 1_000_000.0
    memory = Learnt(tmp_path, lambda: now)
    memory.add_reading(MODEL, READING)
    memory.set_form(SERVER, "json_object")
    after = Learnt(tmp_path, lambda: now + later)
    assert (after.readings(MODEL), after.form(SERVER)) == knows
    after.add_reading(("other",), READING)
    after.set_form(("other",), "")
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        left = [file.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in _TABLES]  # noqa: S608
    assert left == [1 + bool(knows[0]), 1 + bool(knows[1])]


_TABLES = ("readings", "forms")


def test_only_the_user_can_read_it_whatever_the_umask_is(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        memory = _filled(tmp_path / "cache")
        with closing(sqlite3.connect(tmp_path / "cache" / FILE)) as reader:
            reader.execute("SELECT * FROM forms").fetchall()  # so that sqlite's own files are there
            memory.add_reading(MODEL, Reading(1, 2000))
            files = list((tmp_path / "cache").iterdir())
            assert {file.name for file in files} >= {FILE, f"{FILE}-wal"}
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_neither_names_nor_addresses_are_in_the_file(tmp_path: Path) -> None:
    memory = Learnt(tmp_path)
    memory.add_reading(("/home/me/secret-project.gguf", "950"), READING)
    memory.set_form(("gpu.example:8080", "secret-model"), "json_object")
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"json_object" in held
    for word in (b"secret", b"/home", b"gpu.example"):
        assert word not in held


# What goes wrong


def _no_database(folder: Path) -> None:
    (folder / FILE).write_bytes(b"not a database " * 500)


def _cut_short(folder: Path) -> None:
    _filled(folder)
    with closing(sqlite3.connect(folder / FILE)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[:4096] + b"\xff" * 4096)


def _a_folder(folder: Path) -> None:
    (folder / FILE).mkdir()


def _no_folder(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file")


def _newer(folder: Path) -> None:
    _filled(folder)
    with closing(sqlite3.connect(folder / FILE)) as file:
        file.executescript("DROP TABLE forms; PRAGMA user_version = 99")


def _without_tables(folder: Path) -> None:
    _filled(folder)
    with closing(sqlite3.connect(folder / FILE)) as file:
        file.executescript("DROP TABLE forms; DROP TABLE readings")


def _other_types(folder: Path) -> None:
    _filled(folder)
    with closing(sqlite3.connect(folder / FILE)) as file:
        file.executescript("UPDATE readings SET tokens = 'x'; UPDATE forms SET form = x'ff'")


def _a_link(folder: Path) -> None:
    (folder / FILE).symlink_to(folder / "elsewhere")


@pytest.mark.parametrize(
    "spoil",
    [
        *(_no_database, _cut_short, _a_folder, _no_folder, _newer),
        *(_without_tables, _other_types, _a_link),
    ],
)
def test_a_spoilt_file_means_that_nothing_is_known(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    spoil(folder)
    assert _knows(folder) == ((), None)
    memory = Learnt(folder)
    memory.add_reading(MODEL, Reading(7, 800))
    memory.set_form(SERVER, "")
    assert not (folder / "elsewhere").exists()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    _newer(tmp_path)
    _filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (99,)
        assert file.execute("SELECT count(*) FROM readings").fetchone() == (1,)


def test_a_file_of_an_older_schema_is_begun_anew(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        file.executescript("CREATE TABLE readings (old TEXT); PRAGMA user_version = 0")
    assert _knows(tmp_path) == ((), None)
    _filled(tmp_path)
    assert _knows(tmp_path) == ((READING,), "json_object")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        _filled(tmp_path)
        assert _knows(tmp_path) == ((), None)
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("name", ["/proc/reviewbot", "no\0path", "~nobody-of-that-name/cache"])
def test_a_folder_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """/proc refuses root, too."""
    (tmp_path / "~nobody-of-that-name").write_text("a file")
    monkeypatch.chdir(tmp_path)
    folder = cache_folder(name)
    _filled(folder)
    assert _knows(folder) == ((), None)


def test_a_full_disk_means_that_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(tmp_path)
    real = sqlite3.connect

    def full(*args: object, **more: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*args, **more)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are: not one more
        return connection

    monkeypatch.setattr(sqlite3, "connect", full)
    memory = Learnt(tmp_path)
    for number in range(500):
        memory.add_reading((str(number),), READING)
    monkeypatch.undo()
    assert memory._broken
    assert _knows(tmp_path) == ((READING,), "json_object")


def test_a_lock_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = _filled(tmp_path)
    real, opened = sqlite3.connect, []

    def connect(*args: object, **more: object) -> sqlite3.Connection:
        opened.append(more["timeout"])
        connection: sqlite3.Connection = real(*args, **more)  # type: ignore[call-overload]
        return connection

    with closing(real(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(sqlite3, "connect", connect)
        for code in range(20):
            memory.add_reading(MODEL, Reading(code, 2000))
        other.execute("ROLLBACK")
    assert opened == [learnt._LOCK_SECONDS] * 2
    assert Learnt(tmp_path).readings(MODEL) == (READING,)


def test_a_count_too_large_for_the_file_is_not_kept(tmp_path: Path) -> None:
    memory = Learnt(tmp_path)
    memory.add_reading(MODEL, Reading(1, 10**30))
    assert Learnt(tmp_path).readings(MODEL) == ()


# Several at once

_WRITER = """
import sys
from pathlib import Path
from reviewbot.engines import learnt
from reviewbot.engines.learnt import Learnt
from reviewbot.prompting.scale import Reading
learnt._LOCK_SECONDS = 60
for code in range(int(sys.argv[2]), 60, 3):
    Learnt(Path(sys.argv[1])).add_reading(("m",), Reading(code, 1000 + code))
    Learnt(Path(sys.argv[1])).add_reading(("m",), Reading(1000, 1000 + code))
"""


def test_processes_that_write_at_once_keep_each_others_readings(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "cache")]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    writers = [subprocess.Popen([*command, str(first)], env=environ) for first in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    expected = tuple(Reading(code, 1000 + code) for code in range(60))
    assert Learnt(tmp_path / "cache").readings(("m",)) == (*expected, Reading(1000, 1059))


def test_threads_share_one_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learnt, "_LOCK_SECONDS", 60)
    memory = Learnt(tmp_path)

    def write(first: int) -> None:
        for code in range(first, 40, 4):
            memory.add_reading(MODEL, Reading(code, 1000))

    threads = [Thread(target=write, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(memory.readings(MODEL)) == 40


def test_the_folder_is_the_users_cache_or_the_configured_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert cache_folder(None) == Path(os.environ["XDG_CACHE_HOME"]) / "reviewbot"
    assert cache_folder("~/kept") == Path(os.environ["HOME"]) / "kept"
    monkeypatch.delenv("HOME")
    assert cache_folder("/there") == Path("/there")


def test_sqlite_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, pathlib; from reviewbot.engines.learnt import Learnt;"
        "Learnt(pathlib.Path('/none')).readings(()); print('sqlite3' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_a_pace_is_the_least_of_some_days(tmp_path: Path) -> None:
    now = [1_000_000.0]
    memory = Learnt(tmp_path, lambda: now[0])
    assert memory.pace(SERVER) is None
    for seconds in (30.0, 12.5, 40.0):
        memory.add_pace(SERVER, seconds)
    assert memory.pace(SERVER) == 12.5
    assert memory.pace(MODEL) is None
    now[0] += learnt.PACE_SECONDS + 1  # since it was first measured
    assert memory.pace(SERVER) is None
    memory.add_pace(SERVER, 40.0)
    assert memory.pace(SERVER) == 40.0
