"""The files of this machine that an engine's answers follow from: weights, an adapter, a script."""

from __future__ import annotations

from pathlib import Path

from reviewbot.engines.wanted import Wanted
from reviewbot.report import EngineInfo


def files_of(wanted: Wanted, info: EngineInfo) -> tuple[Path, ...]:
    """Those of the engine that was opened; none for a server. Raises ReviewbotError where they are
    gone."""
    if info.name == "scripted" and wanted.model:
        return (Path(wanted.model).absolute(),)
    if info.name != "embedded":
        return ()
    from reviewbot.engines.local_model import local_model

    adapter = adapter_file(wanted.lora)
    weights = local_model(wanted.model, wanted.models_folder).path.absolute()
    return (weights, adapter) if adapter else (weights,)


def model_file(named: str | None) -> Path | None:
    """The file that a model's name means, wherever the command stands."""
    if not named or not Path(named).expanduser().is_file():
        return None
    return Path(named).expanduser().absolute()


def adapter_file(said: str | None) -> Path | None:
    """The file of `PATH` or `PATH=SCALE`."""
    return model_file(said) or model_file(said.rpartition("=")[0] if said else None)
