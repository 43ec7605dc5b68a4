"""Weights of Hugging Face's repositories on disk: `FOLDER/owner/repo/…`, each as it was pulled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from reviewbot.models import weights
from reviewbot.models.hub_name import HubName, chosen, models_among
from reviewbot.models.parts import count_of


@dataclass(frozen=True, slots=True)
class HubFile:
    """A model that was pulled, by its first part. `digest` is the file's SHA-256, or that of its
    parts' digests in their order; None where a file was put there by hand."""

    name: str
    path: Path
    bytes: int
    digest: str | None = None


def find(name: HubName, folder: Path) -> HubFile | None:
    """The verified model that a name means; None where it is not there as a whole.

    Raises UsageError where several are meant, ReviewbotError where a file is not what was pulled.
    """
    paths = _paths(folder / name.repo)
    found = models_among(paths, name.wanted)
    if not found or not any(_is_whole(parts) for parts in found.values()):
        return None
    files = [folder / name.repo / path for path in chosen(name, paths)]
    digests = [weights.remembered(file, str(name)) for file in files]
    return HubFile(str(name), files[0], _size(files), _digest(digests))


def all_of(folder: Path) -> list[HubFile]:
    """Every model that was pulled, not verified again."""
    found = []
    for repo in sorted(folder.glob("*/*/")):
        for parts in models_among(_paths(repo)).values():
            name = HubName(repo.relative_to(folder).as_posix(), parts[0])
            if _is_whole(parts):
                files = [repo / part for part in parts]
                found.append(HubFile(str(name), files[0], _size(files)))
    return found


def _paths(repo: Path) -> tuple[str, ...]:
    files = (path for path in repo.rglob("*") if path.is_file())
    return tuple(path.relative_to(repo).as_posix() for path in files)


def _is_whole(parts: tuple[str, ...]) -> bool:
    return len(parts) == count_of(parts[0])


def _size(files: list[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _digest(digests: list[str | None]) -> str | None:
    known = [digest for digest in digests if digest]
    if len(known) < len(digests):
        return None
    return known[0] if len(known) == 1 else hashlib.sha256("".join(known).encode()).hexdigest()
