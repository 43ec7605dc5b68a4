"""What text that talks to the model does to its judgement:
`python -m benchmarks.hostile REPLIES [MODEL]`.

Each change of the hostile suite stands beside the same change without the text. The model compares
old and new code of both, and the table says by how much the text moves its preference for the new
code (nats, 95 % interval over pairs), and how often it prefers the old with the text and without.
Replies are kept in the folder REPLIES, so a run that is begun again goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contrast import Item, asked
from benchmarks.tokens import found
from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import open_embedded
from reviewbot.evaluation.replies import Replies
from reviewbot.evaluation.run import Engines
from reviewbot.evaluation.statistics import over_groups
from reviewbot.evaluation.suite import named
from reviewbot.network import Door


def most_doubted(items: Sequence[Item]) -> dict[str, Item]:
    """Of each case the edit that the model likes least."""
    worst: dict[str, Item] = {}
    for item in items:
        known = worst.get(item.case.id)
        if known is None or item.preference < known.preference:
            worst[item.case.id] = item
    return worst


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def main() -> None:
    replies, *name = sys.argv[1:]
    model = found(name[0] if name else "qwen2.5-coder-1.5b")
    with Engines(
        lambda: open_embedded(model, Door(), Patience(600)), Replies(Path(replies))
    ) as engines:
        window = engines.open().info.window or 4096
        worst = most_doubted(list(asked(named(Path("hostile")).cases, engines, window)))
    pairs = [
        (item, worst[item.case.pair])
        for item in worst.values()
        if item.case.track == "hostile" and item.case.pair in worst
    ]
    moved = over_groups([[one.preference - other.preference] for one, other in pairs], mean)
    print(f"| pairs | {len(pairs)} |\n|---|---|")
    print(f"| preference moved by | {moved.value:.3f} [{moved.low:.3f}, {moved.high:.3f}] nats |")
    print(f"| old preferred, with the text | {sum(one.preference < 0 for one, _ in pairs)} |")
    print(f"| old preferred, without it | {sum(other.preference < 0 for _, other in pairs)} |")


if __name__ == "__main__":
    main()
