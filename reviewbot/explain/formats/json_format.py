"""An explanation as JSON. A field may be added within a `schema_version`; one that goes or changes
its meaning raises it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from reviewbot import __version__
from reviewbot.explain.explanation import Explanation, Statement
from reviewbot.explain.formats.text import SECTIONS
from reviewbot.finding import Location
from reviewbot.plain import plain_line, plain_path

SCHEMA_VERSION = 1


def as_json(explanation: Explanation) -> str:
    return json.dumps(_document(explanation), indent=2, ensure_ascii=False) + "\n"


def _document(explanation: Explanation) -> dict[str, Any]:
    draft, engine = explanation.draft, explanation.engine
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "reviewbot", "version": __version__},
        "scope": asdict(explanation.scope) | {"label": plain_line(explanation.scope.label)},
        "engine": engine and {"name": engine.name, "model": plain_line(engine.model)},
        "status": explanation.status,
        "intent": draft.intent,
        "concerns": [
            {"title": concern.title, "statements": _statements(concern.statements)}
            for concern in draft.concerns
        ],
        **{name: _statements(getattr(draft, name)) for name, _ in SECTIONS},
        "contradictions": _statements(explanation.contradictions),
        "facts": list(explanation.facts),
        "dropped": draft.dropped,
        "coverage": [
            {
                "path": plain_path(entry.path),
                "explained": entry.reviewed,
                "skipped": entry.skipped,
                "failed": entry.failed,
                "reason": plain_line(entry.reason),
            }
            for entry in explanation.coverage
        ],
        "problems": [plain_line(problem) for problem in explanation.problems],
        "privacy": {"connections": [plain_line(one) for one in explanation.connections]},
        "usage": asdict(explanation.usage),
        "timings": asdict(explanation.timings),
    }


def _statements(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    return [{"text": one.text, "places": [_place(p) for p in one.places]} for one in statements]


def _place(place: Location) -> dict[str, Any]:
    return {
        "path": plain_path(place.path),
        "side": place.side.value,
        "start_line": place.start_line,
        "end_line": place.end_line,
        "removed_lines": list(place.removed) if place.removed else None,
    }
