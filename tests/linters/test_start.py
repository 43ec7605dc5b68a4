"""A linter that hangs, dies or prints nonsense is an error that says so; what it is given is all
that it gets."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.finding import Category, Severity
from reviewbot.linters.base import SURE, Linter, Said, rules
from reviewbot.linters.start import LinterError, said


def _read(document: Any) -> Iterator[Said]:
    for item in document:
        yield Said(item["file"], item["code"], (item["line"],), item["message"])


FAKE = Linter(
    name="fake",
    package="fake",
    suffixes={"python": ".py"},
    command=("--pinned",),
    rules=rules("X1", Category.CORRECTNESS, Severity.ERROR, SURE),
    read=_read,
)


def _program(folder: Path, script: str) -> Path:
    path = folder / "fake"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def _said(folder: Path, script: str, seconds: float = 30) -> list[Said]:
    return said(FAKE, _program(folder, script), {"1.py": "x\n"}, seconds)


def test_a_rule_that_is_not_listed_is_not_heard(tmp_path: Path) -> None:
    items = [{"file": "1.py", "code": code, "line": 1, "message": "m"} for code in ("X1", "STYLE")]
    found = _said(tmp_path, f"echo '{json.dumps(items)}'")
    assert found == [Said("1.py", "X1", (1,), "m")]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("kill -SEGV $$", "ended by signal 11"),
        ("exit 3", "printed nothing and ended with 3"),
        ("echo nonsense", "cannot be read"),
        ("echo '{\"a\": 1}'", "cannot be read"),
        ("echo '[{}]'", "cannot be read"),
        ("echo '[1]'", "cannot be read"),
        ("printf '\\377\\376'", "cannot be read"),
        ("echo '[' | tr '[' '[' ; yes '[' | head -c 200000", "cannot be read"),
        ("head -c 40000000 /dev/zero", "too much"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, script: str, why: str) -> None:
    with pytest.raises(LinterError, match=why):
        _said(tmp_path, script)


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(LinterError, match="out of time"):
        _said(tmp_path, f"(sleep 3; touch {tmp_path}/alive) & sleep 600", seconds=1)
    assert time.monotonic() - begun < 30
    time.sleep(2.5)
    assert not (tmp_path / "alive").exists()


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LinterError, match="cannot be run"):
        said(FAKE, tmp_path / "none", {"1.py": ""})


def test_it_stands_in_a_folder_of_its_own_with_a_clean_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RUFF_CONFIG", "SHELLCHECK_OPTS", "HTTPS_PROXY", "PYTHONPATH"):
        monkeypatch.setenv(name, "bent")
    log = tmp_path / "log"
    _said(tmp_path, f"(env; echo $@; ls; stat -c %a .) > {log}; echo []")
    told = log.read_text()
    assert "bent" not in told
    assert "--pinned 1.py\n1.py\noutput\n700\n" in told


def test_its_folder_is_gone_afterwards(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for script in ("echo []", "exit 1", "kill -9 $$"):
        with suppress(LinterError):
            _said(tmp_path, f"pwd > {log}; {script}")
        folder = Path(log.read_text().strip())
        assert folder.name.startswith("reviewbot-")
        assert not folder.exists()


def test_bytes_that_are_no_text_arrive_as_they_are(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = _program(tmp_path, f"cat 1.py > {log}; echo []")
    said(replace(FAKE, command=()), program, {"1.py": "caf\udce9\r\n"})
    assert log.read_bytes() == b"caf\xe9\r\n"
