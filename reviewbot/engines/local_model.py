"""The file that the embedded engine loads: of the catalogue, of Hugging Face, or by its path.

A review downloads nothing: what is not on disk is an error with the command that fetches it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.errors import EngineUnavailable, UsageError
from reviewbot.models import weights
from reviewbot.models.catalog import all_weights, family_of

if TYPE_CHECKING:
    from reviewbot.engines.embedded import LocalModel

PULL_EMBEDDED = "reviewbot models pull qwen2.5-coder-1.5b"


def local_model(named: str | None, folder: Path) -> LocalModel:
    """The verified model that a name or a path means; without one the first that is there.

    Raises UsageError, EngineUnavailable, ReviewbotError where a file is not what was published.
    """
    from reviewbot.engines.embedded import LocalModel

    name = named or first_on_disk(folder)
    if name is None:
        raise EngineUnavailable(f"no weights for the embedded engine in {folder}", PULL_EMBEDDED)
    if name.endswith(".gguf") or "/" in name:
        return _of_path_or_hub(name, folder)
    entry = weights.by_name(name)
    found = weights.on_disk(entry, folder)
    if found is None:
        raise EngineUnavailable(
            f"the weights of {name} are not in {folder}", f"reviewbot models pull {name}"
        )
    return LocalModel(found, entry.name, entry.sha256)


def first_on_disk(folder: Path) -> str | None:
    """The first of the catalogue's weights that are there and fit to review."""
    for entry in all_weights():
        if family_of(entry.file).review and (folder / entry.file).is_file():
            return entry.name
    return None


def _of_path_or_hub(name: str, folder: Path) -> LocalModel:
    from reviewbot.engines.embedded import LocalModel
    from reviewbot.models import hub_disk
    from reviewbot.models.hub_name import hub_name

    path = Path(name).expanduser()
    if path.is_file():  # what is there under that name is what is meant
        return LocalModel(path, path.stem)
    hub = hub_name(name)
    if hub and (found := hub_disk.find(hub, folder)):
        return LocalModel(found.path, found.name, found.digest)
    if hub and hub.wanted:
        raise EngineUnavailable(
            f"{hub} is neither a file here nor among the weights in {folder}",
            f"reviewbot models pull {hub}",
        )
    raise UsageError(f"no such model file: {path}", "check the path after --model")
