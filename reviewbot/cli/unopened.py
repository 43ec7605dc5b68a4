"""The model that a review would ask, as far as it is known without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.report import EngineInfo
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.models.catalog import Family
    from reviewbot.review.manner import UnopenedModel


@dataclass(frozen=True, slots=True)
class Expected:
    """`note` says where the prompts of a review may be laid out otherwise."""

    model: UnopenedModel
    note: str = ""


def expected(settings: Settings) -> Expected:
    """The configured model, or for the embedded engine the first of the weights on disk. Which
    model a server holds is known to it alone."""
    from reviewbot.models.catalog import UNKNOWN, family_of
    from reviewbot.review.manner import UnopenedModel

    is_embedded = _is_of_embedded(settings)
    name = _embedded_name(settings) if is_embedded else settings.model
    family, note = UNKNOWN, ""
    if settings.engine != "scripted":
        family = family_of(_file(name) if is_embedded else name) if name else UNKNOWN
        note = _note(name) if family == UNKNOWN else ""
    window = settings.window or _usual_window(settings, family, is_embedded=is_embedded)
    shown = Path(name).name if name else "a model"
    return Expected(UnopenedModel(EngineInfo(settings.engine, shown, window=window), family), note)


def _note(name: str | None) -> str:
    unknown = "the layout is the one of an unknown family"
    if name:
        return f"{name} is of no known family: {unknown}"
    return (
        f"which model a review takes is known to its engine alone: {unknown} (--model NAME shows"
        " the one of a model)"
    )


def _is_of_embedded(settings: Settings) -> bool:
    """`auto` asks for an Ollama first, unless the model is one of the embedded engine's."""
    from reviewbot.engines.presence import is_embedded

    if settings.engine == "auto":
        return settings.model is not None and is_embedded(settings.model)
    return settings.engine == "embedded"


def _embedded_name(settings: Settings) -> str | None:
    from reviewbot.engines.local_model import first_on_disk
    from reviewbot.models.weights import models_folder

    return settings.model or first_on_disk(models_folder(settings.models_dir))


def _file(name: str) -> str:
    """The name of the file that the embedded engine loads, by which it knows the family."""
    from reviewbot.models.catalog import all_weights

    files = {entry.name: entry.file for entry in all_weights()}
    return files.get(name) or Path(name).name


def _usual_window(settings: Settings, family: Family, *, is_embedded: bool) -> int:
    """Both of the engines whose window is reviewbot's to set have room for the thought, too."""
    from reviewbot.engines.embedded import WINDOW
    from reviewbot.prompt import THOUGHT_TOKENS
    from reviewbot.prompting.budget import USUAL_WINDOW

    thinks = family.thinks and settings.engine != "openai"
    thought = THOUGHT_TOKENS[settings.think or family.think] if thinks else 0
    return (WINDOW if is_embedded else USUAL_WINDOW) + thought
