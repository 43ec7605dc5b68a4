"""Make a chunk fit a budget that has shrunk since it was cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.change.context.names import changed_words
from reviewbot.prompting.budget import Budget
from reviewbot.prompting.chunk import Chunk, Oversized, cut, reference_cost
from reviewbot.prompting.ruled import rules_cost, shown_rules
from reviewbot.prompting.windows import line_cost


def fitted(chunk: Chunk, budget: Budget) -> Iterator[Chunk | Oversized]:
    """The chunk as it is where it fits, without the references for which there is no room any
    more, or cut once more. Each of its own changed lines comes back exactly once."""
    shown, gone = shown_rules(chunk.rules, budget)
    left = budget.beside(rules_cost(shown))
    if sum(line_cost(line.text) for line in chunk.lines) > left.code:
        yield from cut([_excerpt(chunk)], budget)
    else:
        if gone:
            chunk = replace(chunk, rules=shown, unshown=(*gone, *chunk.unshown))
        yield _referring(chunk, left.related)


def _excerpt(chunk: Chunk) -> Excerpt:
    """What the chunk answers for; the lines before are another chunk's."""
    return Excerpt(
        chunk.path,
        chunk.header,
        chunk.lines[chunk.start :],
        edited=chunk.edited,
        names=changed_words(chunk.own),
        references=chunk.references,
        left_out=chunk.left_out,
        rules=(*chunk.rules, *chunk.unshown),
    )


def _referring(chunk: Chunk, room: int) -> Chunk:
    """References stand with the nearest first, so the last ones go."""
    taken = list(chunk.references)
    left_out: list[str] = []
    while taken and sum(map(reference_cost, taken)) > room:
        left_out.insert(0, taken.pop().label)
    if not left_out:
        return chunk
    return replace(chunk, references=tuple(taken), left_out=(*chunk.left_out, *left_out))
