"""What a repository is used with: its hook manager, and the CI systems that run for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reviewbot.hooks.managers import MANAGERS

_STAGE = "pre-commit"
_SYSTEMS = {
    ".gitlab-ci.yml": "GitLab",
    ".github/workflows": "GitHub",
    ".gitea/workflows": "Gitea",
    ".forgejo/workflows": "Forgejo",
    "Jenkinsfile": "Jenkins",
}
_LONGEST = 1 << 20  # bytes that are read of a file


@dataclass(frozen=True, slots=True)
class Hooks:
    """`manager` is empty where git's own folder is used. `file` is where reviewbot is to be named,
    from the repository's top; `ours`: it is named there, or installed."""

    manager: str
    file: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A CI system; `file` is its file or folder, `ours`: something there names reviewbot."""

    system: str
    file: str
    ours: bool


def find_hooks(top: Path, folder: Path) -> Hooks:
    """`folder` is the one that git takes hooks from."""
    for file, (manager, _) in MANAGERS.items():
        if (top / file).is_file():
            return Hooks(manager, file, _names_us(top / file))
    if (top / ".husky").is_dir():
        return Hooks("husky", f".husky/{_STAGE}", ours=False)
    hook = folder / _STAGE
    inside = _inside(folder.resolve(), top.resolve())
    if inside is not None and ".git" not in inside.parts:
        return Hooks("core.hooksPath", str(inside / _STAGE), _names_us(hook))
    return Hooks("", str(hook), _names_us(hook))


def _inside(path: Path, top: Path) -> Path | None:
    return path.relative_to(top) if path.is_relative_to(top) else None


def find_pipelines(top: Path) -> tuple[Pipeline, ...]:
    found = []
    for name, system in _SYSTEMS.items():
        files = _files(top / name)
        if files:
            found.append(Pipeline(system, name, any(map(_names_us, files))))
    return tuple(found)


def _files(path: Path) -> list[Path]:
    """The file, or the YAML files of a folder."""
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix in (".yml", ".yaml"))
    return [path] if path.is_file() else []


def _names_us(file: Path) -> bool:
    """A pipe of that name would never end, so only files are read."""
    try:
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            return b"reviewbot" in opened.read(_LONGEST)
    except OSError:
        return False
