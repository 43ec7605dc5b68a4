from __future__ import annotations

import pytest

from reviewbot.change.changeset import FileChange
from reviewbot.change.selection import select, skip_reason


def _file(path: str = "f.py", status: str = "M", **values: object) -> FileChange:
    return FileChange(path, path, status, **{"added": 1, "mode": "100644", **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (_file(), ""),
        (_file(status="A"), ""),
        (_file(status="R"), ""),
        (_file(mode="100755"), ""),
        (_file(mode=""), ""),
        (_file(status="U"), "unmerged"),
        (_file(status="T"), "type changed"),
        (_file(status="D", mode="000000"), "deleted"),
        (_file(mode="120000"), "symbolic link"),
        (_file(mode="160000"), "submodule"),
        (_file(status="T", mode="120000"), "symbolic link"),
        (_file(binary=True, added=0), "binary"),
        (_file("a/b/package-lock.json"), "lock file"),
        (_file("package-lock.json.py"), ""),
        (_file(added=0), "no changed lines"),
    ],
)
def test_each_file_has_its_reason(file: FileChange, reason: str) -> None:
    assert skip_reason(file) == reason


def test_every_file_stands_in_one_of_the_two() -> None:
    files = [_file("a.py"), _file("uv.lock", added=3, removed=4), _file("b.py")]
    selection = select(files)
    assert [file.path for file in selection.selected] == ["a.py", "b.py"]
    assert [(entry.path, entry.skipped) for entry in selection.skipped] == [("uv.lock", 7)]
