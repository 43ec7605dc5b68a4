"""Which cases a run is about, by the words of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewbot.errors import UsageError
from reviewbot.report import EngineInfo

if TYPE_CHECKING:
    from reviewbot.evaluation.choose import Choice
    from reviewbot.evaluation.suite import Suite


def file_suite(options: Mapping[str, Any]) -> Suite:
    from reviewbot.evaluation.choose import chosen
    from reviewbot.evaluation.suite import bundled, named

    return chosen(named(options["suite"]) if options["suite"] else bundled(), _choice(options))


def history_suite(top: Path, engine: EngineInfo, options: Mapping[str, Any]) -> Suite:
    """The commits since the model's release: it cannot have read them."""
    from reviewbot.evaluation.choose import chosen
    from reviewbot.evaluation.history import PAIRS, from_history

    limit = options["limit"]
    pairs = PAIRS if limit is None else max(1, limit // 3)
    since = options["since"] or _after_release(engine)
    return chosen(from_history(top, since, pairs), _choice(options))


def _after_release(engine: EngineInfo) -> str:
    from reviewbot.models.lookup import find

    dates = [card.released for card in find(engine.model) if card.released]
    if not dates:
        raise UsageError(
            f"it is not known when {engine.model} was released, and it may have read older commits",
            "say from which day on: --history --since YYYY-MM-DD",
        )
    return (max(dates) + timedelta(days=1)).isoformat()


def _choice(options: Mapping[str, Any]) -> Choice:
    from reviewbot.evaluation.choose import Choice

    return Choice(options["quick"], tuple(options["tracks"]), options["ids"], options["limit"])
