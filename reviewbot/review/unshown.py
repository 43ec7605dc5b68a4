"""What a report says of a team's rules for which prompts had no room."""

from __future__ import annotations

from collections.abc import Iterable

from reviewbot.plain import plain_path
from reviewbot.prompting.chunk import Chunk

_MOST_NOTES = 10


def rule_notes(chunks: Iterable[Chunk]) -> tuple[str, ...]:
    """A note on each file that was not held against all of its rules, the first of them."""
    unshown: dict[str, dict[str, None]] = {}
    for chunk in chunks:
        if chunk.unshown:
            names = (rule.name for rule in chunk.unshown)
            unshown.setdefault(chunk.path, {}).update(dict.fromkeys(names))
    notes = [
        f"no room in a prompt for rules about {plain_path(path)}: {', '.join(names)}"
        for path, names in unshown.items()
    ]
    more = len(notes) - _MOST_NOTES
    return (*notes[:_MOST_NOTES], *((f"and so for {more} more files",) if more > 0 else ()))
