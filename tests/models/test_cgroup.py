"""Limits of memory around a process, as Linux' files tell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.models import cgroup


def _group(folder: Path, limit: str, used: int, files: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {files}\nactive_file 1\n")


def _available(tmp_path: Path, groups: str) -> int | None:
    (tmp_path / "cgroup").write_text(groups)
    return cgroup.available(tmp_path / "cgroup", tmp_path / "mount")


def test_the_tightest_limit_around_the_process_holds(tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    _group(mount / "a", "9000", 1000)
    _group(mount / "a/b", "max", 900)
    _group(mount / "a/b/c", "5000", 2000, files=300)
    assert _available(tmp_path, "0::/a/b/c\n") == 5000 - 2000 + 301
    assert _available(tmp_path, "0::/a/b\n") == 9000 - 1000 + 1


@pytest.mark.parametrize("path", ["/", "/hosts/own/path", "/../../x"])
def test_in_a_container_the_mount_is_the_group(tmp_path: Path, path: str) -> None:
    _group(tmp_path / "mount", "5000", 2000)
    assert _available(tmp_path, f"0::{path}\n") == 3001


def test_the_first_version_is_read_too(tmp_path: Path) -> None:
    folder = tmp_path / "mount/memory/docker"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text("5000\n")
    (folder / "memory.usage_in_bytes").write_text("2000\n")
    (folder / "memory.stat").write_text("inactive_file 7\ntotal_inactive_file 100\n")
    assert _available(tmp_path, "5:cpu,cpuacct:/\n4:memory:/docker\n") == 3100
    (folder / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    assert _available(tmp_path, "4:memory:/docker\n") is None


def test_a_group_that_is_over_its_limit_has_nothing_left(tmp_path: Path) -> None:
    _group(tmp_path / "mount", "1000", 2000)
    assert _available(tmp_path, "0::/\n") == 0


@pytest.mark.parametrize("groups", ["", "0::/\n", "odd\n", "4:memory:/\n"])
def test_without_a_limit_there_is_none(tmp_path: Path, groups: str) -> None:
    assert _available(tmp_path, groups) is None
    assert cgroup.available(tmp_path / "absent", tmp_path / "absent") is None
