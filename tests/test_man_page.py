"""The man page: whole, without a fault of form, and where `man` finds it once installed."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, WHEELHOUSE, required

PAGE = ROOT / "docs" / "man" / "reviewbot.1"
MADE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "man_page.py"))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        required(name)
    return str(found)


def _told(*command: str, **environ: str) -> str:
    run = subprocess.run(command, env=os.environ | environ, capture_output=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.decode()


def test_mandoc_has_nothing_to_say_but_of_the_date() -> None:
    command = [_program("mandoc"), "-T", "lint", str(PAGE)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    # A page made from the code has no date of its own.
    assert [line for line in said.splitlines() if "missing date" not in line] == []


def test_each_command_and_option_is_told_as_it_is_typed() -> None:
    text = _told(_program("mandoc"), "-T", "ascii", "-O", "width=200", str(PAGE))
    plain = _unstruck(text)
    for path, command, context in MADE["commands"]():
        assert f"{path} " in plain
        for name, _ in MADE["records"](command, context):
            assert name in plain


def _unstruck(text: str) -> str:
    """Text without what a terminal strikes over: `x\\bx` is a bold x."""
    letters: list[str] = []
    for letter in text:
        if letter == "\b":
            letters.pop()
        else:
            letters.append(letter)
    return "".join(letters)


def test_no_word_of_a_help_text_is_a_command_of_roff() -> None:
    for said in (".so /etc/passwd", "'br", r"a \fBbold\fR word", "one.\n\n.two"):
        lines = MADE["_text"](said)
        assert not any(line.startswith(("'", ".")) and line != ".PP" for line in lines)
        assert "\\f" not in "".join(lines)


@pytest.mark.hooks
def test_a_wheel_lays_the_page_where_man_looks(tmp_path: Path) -> None:
    if not (WHEELHOUSE / ".made").exists():
        required("hooks")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELHOUSE)}
    _told(*pip, "wheel", "--no-deps", "-w", str(tmp_path), str(_sources(tmp_path)), **offline)
    (wheel,) = tmp_path.glob("reviewbot-*.whl")
    place = tmp_path / "place"
    (place / "bin").mkdir(parents=True)
    _unpack_data(wheel, place)
    path = f"{place}/bin:{os.environ['PATH']}"
    assert _told(_program("man"), "-w", "reviewbot", PATH=path).strip() == str(
        place / "share" / "man" / "man1" / "reviewbot.1"
    )


def _unpack_data(wheel: Path, place: Path) -> None:
    """What an installer lays under the environment's own folder. pip is not asked to: told of a
    prefix, it takes the package out of the environment that runs the tests."""
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            _, data, path = name.partition(".data/data/")
            if data:
                (place / path).parent.mkdir(parents=True, exist_ok=True)
                (place / path).write_bytes(packed.read(name))


def _sources(tmp_path: Path) -> Path:
    """A copy to build in: setuptools leaves a folder `build` where it builds."""
    listed = ("git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others")
    copy = tmp_path / "sources"
    for name in _told(*listed, "--exclude-standard").split("\0"):
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy
