"""What a model's preference between the versions of an edit is worth, and the weights of
`review/calibration.toml`: `python -m benchmarks.contrast SUITE REPLIES [MODEL]`.

Asks about each edit of a suite in both orders, keeping the replies in the folder REPLIES (a run
that is begun again goes on), and prints how well bugs are told from clean changes by the model's
preference, by the length alone, and by both, with 95 % intervals over groups. The figures of
"both" are cross-validated: no group is scored by weights that have seen it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tokens import found
from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import open_embedded
from reviewbot.evaluation.materialise import prepared
from reviewbot.evaluation.replies import Replies
from reviewbot.evaluation.run import Engines
from reviewbot.evaluation.statistics import Estimate, auc, over_groups
from reviewbot.evaluation.suite import Case, load
from reviewbot.network import Door
from reviewbot.prompting.budget import Budget
from reviewbot.prompting.chunk import Chunk, cut
from reviewbot.prompting.contrast import contrast_prompts, versions_of
from reviewbot.prompting.render import REPLY_TOKENS
from reviewbot.review.calibration import calibration
from reviewbot.review.contrast import Contrast

_OVERHEAD = 760  # tokens of the review's own prompt, so that chunks are cut as a review cuts them
_FOLDS = 5
_RIDGE = 1e-2
_STEPS = 50
# Edits whose versions differ by at most so many characters: their length tells nothing.
_SHORT = 15

# Nats; a preference is measured in it, so that the ridge weighs it like the length.
_USUAL = 0.2

Weights = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An edit in one chunk of a case."""

    case: Case
    preference: float
    grown: int

    @property
    def wrong(self) -> bool:
        return self.case.kind == "defect"

    @property
    def features(self) -> Weights:
        return (1.0, self.preference / _USUAL, math.tanh(self.grown / calibration().scale))


def asked(cases: Sequence[Case], engines: Engines, window: int) -> Iterator[Item]:
    engine = engines.open()
    for number, case in enumerate(cases, 1):
        for chunk in cut(prepared(case.change).excerpts, Budget(window, _OVERHEAD, REPLY_TOKENS)):
            versions = versions_of(chunk) if isinstance(chunk, Chunk) else None
            if versions is not None:
                old_first, new_first = (
                    engine.complete(p, lambda _: None) for p in contrast_prompts(versions, "system")
                )
                contrast = Contrast(old_first, new_first, versions.grown)
                yield Item(case, contrast.preference, versions.grown)
        print(f"{number} of {len(cases)}: {case.id}", file=sys.stderr)


def fitted(items: Sequence[Item]) -> Weights:
    """Logistic regression by gradient steps of Newton's kind, with a ridge on all but the first."""
    weights = [0.0, 0.0, 0.0]
    for _ in range(_STEPS):
        slope, curve = _derivatives(items, weights)
        step = _solved(curve, slope)
        weights = [weight - by for weight, by in zip(weights, step, strict=True)]
    return tuple(weights)


def _derivatives(
    items: Sequence[Item], weights: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    ridge = [0.0, _RIDGE, _RIDGE]
    slope = [one * weight for one, weight in zip(ridge, weights, strict=True)]
    curve = [[ridge[row] * (row == column) for column in range(3)] for row in range(3)]
    for item in items:
        chance = 1 / (1 + math.exp(-_score(item, weights)))
        for row, one in enumerate(item.features):
            slope[row] += (chance - item.wrong) * one / len(items)
            for column, other in enumerate(item.features):
                curve[row][column] += chance * (1 - chance) * one * other / len(items)
    return slope, curve


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination of a small positive definite system."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for other in rows[:at] + rows[at + 1 :]:
            factor = other[at] / pivot[at]
            other[:] = [a - factor * b for a, b in zip(other, pivot, strict=True)]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def _score(item: Item, weights: Sequence[float]) -> float:
    return sum(weight * one for weight, one in zip(weights, item.features, strict=True))


def validated(items: Sequence[Item]) -> dict[int, float]:
    """For each item, by its place, the score from weights that were fitted on other groups."""
    groups = sorted({item.case.group for item in items})
    fold = {group: at % _FOLDS for at, group in enumerate(groups)}
    scores: dict[int, float] = {}
    for held_out in range(_FOLDS):
        weights = fitted([item for item in items if fold[item.case.group] != held_out])
        for at, item in enumerate(items):
            if fold[item.case.group] == held_out:
                scores[at] = _score(item, weights)
    return scores


def separation(items: Sequence[Item], score: Callable[[int], float]) -> Estimate:
    """AUC over cases, of which each counts by its most doubtful edit."""
    cases: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        cases.setdefault(item.case.id, []).append(at)
    groups: dict[str, list[tuple[float, bool]]] = {}
    for places in cases.values():
        case = items[places[0]].case
        doubt = max(map(score, places))
        groups.setdefault(case.group, []).append((doubt, case.kind == "defect"))
    return over_groups(list(groups.values()), auc)


def _told(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "-"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def tell(title: str, items: Sequence[Item]) -> None:
    both = validated(items)
    bugs = [item for item in items if item.wrong]
    right = sum(item.preference < 0 for item in bugs)
    print(f"| {title} | {len(bugs)} / {len(items) - len(bugs)} | {right} of {len(bugs)} ", end="")
    for score in (
        lambda at: -items[at].preference,
        lambda at: -float(items[at].grown),
        both.__getitem__,
    ):
        print(f"| {_told(separation(items, score))} ", end="")
    print("|")


def main() -> None:
    suite, replies, *name = sys.argv[1:]
    model = found(name[0] if name else "qwen2.5-coder-1.5b")
    cases = [case for case in load(Path(suite)).cases if case.track != "twin"]
    with Engines(
        lambda: open_embedded(model, Door(), Patience(600)), Replies(Path(replies))
    ) as engines:
        items = list(asked(cases, engines, engines.open().info.window or 4096))
    print("| edits | bugs / clean | old preferred to a bug | AUC: preference | length | both |")
    print("|---|---|---|---|---|---|")
    tell("all", items)
    tell(f"versions within {_SHORT} characters", [i for i in items if abs(i.grown) <= _SHORT])
    intercept, preference, grown = fitted(items)
    print(f"\nintercept = {intercept:.2f}")
    print(f"preference = {preference / _USUAL:.2f}")
    print(f"grown = {grown:.2f}")


if __name__ == "__main__":
    main()
