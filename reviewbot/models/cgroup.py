"""The memory that a container, a service or a CI job may still take: Linux' control groups.

/proc/meminfo tells of the whole machine; whoever takes more than the group's limit is killed.
Files: the kernel's documentation of cgroup v2 (memory.max, memory.current, memory.stat) and of v1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_GROUPS = Path("/proc/self/cgroup")
_MOUNT = Path("/sys/fs/cgroup")
# v1 has no word for "no limit", but a number beyond any memory.
_NO_LIMIT = 1 << 60


@dataclass(frozen=True, slots=True)
class _Names:
    limit: str
    used: str
    # Pages of files, which are given back before anybody is killed.
    files: tuple[str, str]


_V2 = _Names("memory.max", "memory.current", ("inactive_file", "active_file"))
_V1 = _Names(
    "memory.limit_in_bytes", "memory.usage_in_bytes", ("total_inactive_file", "total_active_file")
)


def available(groups: Path = _GROUPS, mount: Path = _MOUNT) -> int | None:
    """Bytes left under the tightest limit around this process; None without one."""
    found = []
    for line in (_text(groups) or "").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            found += [_left(folder, _V2) for folder in _folders(mount, path)]
        elif "memory" in controllers.split(","):
            found += [_left(folder, _V1) for folder in _folders(mount / "memory", path)]
    return min((left for left in found if left is not None), default=None)


def _folders(mount: Path, path: str) -> Iterator[Path]:
    """The group's own folder and those around it: a limit holds for all below. In a container
    the path may be the host's, or lead out of what is mounted; then only the mount is there."""
    yield mount
    names = path.strip("/").split("/")
    if ".." not in names:
        yield from (mount.joinpath(*names[:depth]) for depth in range(1, len(names) + 1))


def _left(folder: Path, names: _Names) -> int | None:
    limit, used = _number(_text(folder / names.limit)), _number(_text(folder / names.used))
    if limit is None or used is None or limit >= _NO_LIMIT:
        return None
    rows = dict(line.split(" ", 1) for line in (_text(folder / "memory.stat") or "").splitlines())
    kept = sum(_number(rows.get(name)) or 0 for name in names.files)
    return max(0, limit - used + kept)


def _number(text: str | None) -> int | None:
    said = (text or "").strip()
    return int(said) if said.isdigit() else None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
