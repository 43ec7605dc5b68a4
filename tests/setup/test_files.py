"""What a person wrote stays; what a link leads to is not touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.setup.files import carry_out, kept_up, once, outlived
from reviewbot.setup.sealed import is_untouched, sealed

_TEXT = sealed("---\nname: a\n---\n\nFirst.\n")
_NEXT = sealed("---\nname: a\n---\n\nSecond.\n")


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.toml"
    assert carry_out(once(path, "x = 1\n", "told", tmp_path)).state == "write"
    assert path.read_text() == "x = 1\n"
    assert carry_out(once(path, "x = 2\n", "told", tmp_path)).state == "left"
    assert path.read_text() == "x = 1\n"


def test_what_came_in_the_meantime_stays(tmp_path: Path) -> None:
    verdict = once(tmp_path / "a", "ours", "told", tmp_path)
    (tmp_path / "a").write_text("theirs")
    assert carry_out(verdict).state == "failed"
    assert (tmp_path / "a").read_text() == "theirs"


@pytest.mark.parametrize("text", [_TEXT, sealed("name: a\n")])
def test_the_seal_breaks_with_any_change(text: str) -> None:
    assert is_untouched(text)
    assert is_untouched(text.replace("\n", "\r\n"))
    assert not is_untouched(text + "\n")
    assert not is_untouched(text.replace("name: a", "name: b"))
    assert not is_untouched("".join(text.splitlines(keepends=True)[2:]))


def test_a_file_is_renewed_until_a_person_changes_it(tmp_path: Path) -> None:
    path = tmp_path / "rule.md"
    states = [carry_out(kept_up(path, _TEXT, "t", tmp_path)).state for _ in range(2)]
    assert states == ["write", "same"]
    path.chmod(0o640)
    assert carry_out(kept_up(path, _NEXT, "t", tmp_path)).state == "write"
    assert path.read_text() == _NEXT
    assert path.stat().st_mode & 0o777 == 0o640
    path.write_text(_NEXT.replace("Second", "Mine"))
    assert carry_out(kept_up(path, _TEXT, "t", tmp_path)).state == "left"
    assert "Mine" in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_only_what_is_ours_and_unchanged_is_removed(tmp_path: Path) -> None:
    for name, text in {"r-old": _TEXT, "r-mine": "mine", "r-new": _TEXT, "x-old": _TEXT}.items():
        (tmp_path / f"{name}.md").write_text(text)
    found = list(outlived(tmp_path, {tmp_path / "r-new.md"}, "r-", tmp_path))
    assert [carry_out(one).path.name for one in found] == ["r-old.md"]
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["r-mine", "r-new", "x-old"]


def test_nothing_is_written_behind_a_link_of_the_repository(tmp_path: Path) -> None:
    top, outside = tmp_path / "top", tmp_path / "outside"
    top.mkdir()
    outside.mkdir()
    (top / ".vscode").symlink_to(outside)
    (top / "dangling").symlink_to(outside / "new")
    (outside / "rule.md").write_text(_TEXT)
    (top / "rule.md").symlink_to(outside / "rule.md")
    verdicts = [
        once(top / ".vscode" / "tasks.json", "x", "t", top),
        once(top / "dangling", "x", "t", top),
        kept_up(top / "rule.md", _NEXT, "t", top),
        *outlived(top / ".vscode", set(), "", top),
    ]
    assert [carry_out(one).state for one in verdicts] == ["failed", "failed", "left"]
    assert "link (.vscode)" in verdicts[0].told
    assert [path.name for path in outside.iterdir()] == ["rule.md"]
    assert (outside / "rule.md").read_text() == _TEXT


def test_the_users_own_folder_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / ".config").symlink_to(tmp_path / "dotfiles")
    assert carry_out(once(tmp_path / ".config" / "a", "x", "t", None)).state == "write"
    assert (tmp_path / "dotfiles" / "a").read_text() == "x"


def test_a_place_that_cannot_be_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    inside = carry_out(once(tmp_path / "file" / "a", "x", "t", tmp_path))
    users = carry_out(once(tmp_path / "file" / "a", "x", "t", None))
    homeless = once(Path("~/.config/reviewbot/config.toml"), "x", "t", None)
    assert inside.told == "cannot be: file is a file, not a folder"
    assert users.state == "failed"
    assert users.told.startswith("cannot be written: ")
    assert "set HOME" in homeless.told
