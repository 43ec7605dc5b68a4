"""Weights on disk: find them, fetch them, and believe no byte that was not hashed.

A download goes into `<file>.partial`. Every source holds the same bytes in the same order, so an
interrupted download is resumed from the byte where it stopped, by whichever source answers then.
Only a file whose size and SHA-256 are right gets its name, in one step; a wrong one is removed.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reviewbot.errors import EngineUnavailable, ReviewbotError, UsageError, nearest
from reviewbot.folders import user_folder
from reviewbot.models import sources
from reviewbot.models.catalog import Weights, all_weights

# Bytes done so far and in all.
Progress = Callable[[int, int], None]

_BLOCK = 1 << 20


def models_folder(configured: str | None) -> Path:
    if configured:
        return Path(configured).expanduser()
    return user_folder("data") / "models"


def by_name(name: str) -> Weights:
    """The catalogue's entry. Raises UsageError with the nearest name."""
    for entry in all_weights():
        if entry.name == name:
            return entry
    from reviewbot.models.lookup import misnomer  # reads a file that a review does not need

    known = nearest(name, [entry.name for entry in all_weights()])
    if wrong := misnomer(name):
        known = f"nobody publishes it: {wrong.why}; reviewbot models show {wrong.real[0]}"
    raise UsageError(f"no weights called {name!r} in the catalogue", known)


def on_disk(weights: Weights, folder: Path) -> Path | None:
    """The verified file, or None. A file that changed since it was verified is hashed again.

    Raises ReviewbotError where the file is there but is not what the publisher published.
    """
    path = folder / weights.file
    if not path.is_file():
        return None
    if _stamp(path).is_file() and _stamp(path).read_bytes() == _state(path, weights):
        return path
    _verify(path, weights)
    with suppress(OSError):  # a folder that is shared and read-only is hashed each time
        _stamp(path).write_bytes(_state(path, weights))
    return path


def remembered(path: Path, name: str) -> str | None:
    """The SHA-256 that a fetched file had when it was verified; None for one that was put there by
    hand. Raises ReviewbotError where the file has changed since."""
    try:
        digest, size, _ = _stamp(path).read_text(encoding="ascii").split()
        entry = Weights(name, path.name, int(size), digest, "", None, None)
    except (OSError, ValueError):
        return None
    return digest if on_disk(entry, path.parent) else None


def fetch(weights: Weights, folder: Path, progress: Progress) -> Path:
    """The verified file, downloaded where it is not there yet.

    Raises EngineUnavailable when no source can be reached, ReviewbotError when the bytes are
    wrong or cannot be written; either leaves no file that could be mistaken for the weights.
    """
    if found := on_disk(weights, folder):
        return found
    try:
        return _fetch(weights, folder, progress)
    except OSError as error:
        raise ReviewbotError(
            f"cannot keep {weights.file} in {folder}: {error.strerror}",
            "make room there, or name another folder: REVIEWBOT_MODELS_DIR",
        ) from None


def _fetch(weights: Weights, folder: Path, progress: Progress) -> Path:
    (folder / weights.file).parent.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{weights.file}.partial"
    with _only_one(folder / f"{weights.file}.lock"):
        if found := on_disk(weights, folder):
            return found
        _download(weights, partial, progress)
        try:
            _verify(partial, weights)
        except ReviewbotError:
            partial.unlink()
            raise
        path = folder / weights.file
        partial.replace(path)
        _stamp(path).write_bytes(_state(path, weights))
    return path


def _download(weights: Weights, partial: Path, progress: Progress) -> None:
    """Append to `partial` until it has all bytes, from the first source that answers."""
    failures = []
    for source in sources.of(weights):
        done = partial.stat().st_size if partial.is_file() else 0
        if done >= weights.bytes:
            return
        try:
            with partial.open("ab") as file:
                for block in source(done):
                    file.write(block)
                    done += len(block)
                    progress(done, weights.bytes)
                    if done > weights.bytes:
                        return  # more than there is: the check of the size will say so
        except sources.SourceError as error:
            failures.append(str(error))
        else:
            return
    raise EngineUnavailable(
        f"could not download {weights.file}: " + "; ".join(failures),
        f"run the command again to go on from {_megabytes(partial)} MB,"
        f" or put the file into {partial.parent} yourself",
    )


def _megabytes(partial: Path) -> int:
    return (partial.stat().st_size if partial.is_file() else 0) // 1_000_000


def _verify(path: Path, weights: Weights) -> None:
    size = path.stat().st_size
    if size != weights.bytes:
        raise ReviewbotError(
            f"{path} has {size} bytes, {weights.name} has {weights.bytes}", _again(path, weights)
        )
    if (found := sha256_of(path)) != weights.sha256:
        raise ReviewbotError(
            f"{path} is not what was published: its SHA-256 is {found}, not {weights.sha256}",
            _again(path, weights),
        )


def _again(path: Path, weights: Weights) -> str:
    return f"remove it and fetch it again: rm -f {path} && reviewbot models pull {weights.name}"


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _stamp(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")


def _state(path: Path, weights: Weights) -> bytes:
    """What a verified file looks like from outside; hashing 1.1 GB on each review takes seconds."""
    status = path.stat()
    return f"{weights.sha256} {status.st_size} {status.st_mtime_ns}\n".encode()


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Let one process download at a time; a second one waits and then finds the file."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    lock.unlink(missing_ok=True)
