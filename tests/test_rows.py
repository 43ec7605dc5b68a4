"""Files of rows: what is none of ours is left as it is."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from reviewbot.errors import OutputError, UsageError
from reviewbot.sweep.row import Journal, Row

_ROW = Row(key="k", unit="u").model_dump_json()


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize(
    "text",
    ["notes\nwithout an end", '{"one": "value"}', "[1]", '{"schema_version":1,"key":"k"}\n', "\n"],
)
def test_a_file_of_something_else_keeps_each_byte_and_its_mode(
    tmp_path: Path, text: str, fresh: bool
) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    file.chmod(0o644)
    with pytest.raises(UsageError, match="line 1: no row"):
        Journal(file).begin(fresh=fresh)
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (text, 0o644)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        (_ROW[:9], ""),
        (_ROW[:40], ""),
        (f"{_ROW}\n{_ROW[:50]}", f"{_ROW}\n"),
        (_ROW.replace(":1", ":2") + "\n", _ROW.replace(":1", ":2") + "\n"),
        (_ROW[:40] + "\n", _ROW[:40] + "\n"),
    ],
)
def test_rows_of_ours_are_kept_up_to_the_last_whole_line(
    tmp_path: Path, text: str, left: str
) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    Journal(file).begin(fresh=False)
    assert file.read_text() == left
    Journal(file).begin(fresh=True)
    assert file.read_text() == ""


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe would be waited for, and what a device holds has no end."""
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path / "pipe", Path("/dev/full")):
        with pytest.raises(OutputError, match="is not a regular file"):
            Journal(name).hold()
