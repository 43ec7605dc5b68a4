"""What a model's preference between the versions of an edit is worth, and the weights of
`review/calibration.toml`: `python -m benchmarks.contrast SUITE REPLIES [MODEL] [--plot FILE.svg]`.

Asks about each edit of a suite in both orders, keeping the replies in the folder REPLIES (a run
that is begun again goes on), and prints how well bugs are told from clean changes by the model's
preference, by the length alone, by both, and by both and the number of changed lines, with 95 %
intervals over groups. The figures of more than one are cross-validated: no group is scored by
weights that have seen it. The plot shows how often an edit of some doubt is a bug.
"""

from __future__ import annotations

import argparse
import itertools
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
_BINS = 6
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
    changed: int

    @property
    def wrong(self) -> bool:
        return self.case.kind == "defect"


def both(item: Item) -> Weights:
    return (1.0, item.preference / _USUAL, math.tanh(item.grown / calibration().scale))


def with_size(item: Item) -> Weights:
    return (*both(item), math.log(item.changed))


Features = Callable[[Item], Weights]


def asked(cases: Sequence[Case], engines: Engines, window: int) -> Iterator[Item]:
    engine = engines.open()
    for number, case in enumerate(cases, 1):
        for chunk in cut(prepared(case.change).excerpts, Budget(window, _OVERHEAD, REPLY_TOKENS)):
            if isinstance(chunk, Chunk) and (versions := versions_of(chunk)):
                old_first, new_first = (
                    engine.complete(p, lambda _: None) for p in contrast_prompts(versions, "system")
                )
                contrast = Contrast(old_first, new_first, versions.grown)
                yield Item(case, contrast.preference, versions.grown, len(chunk.own))
        print(f"{number} of {len(cases)}: {case.id}", file=sys.stderr)


def fitted(items: Sequence[Item], features: Features) -> Weights:
    """Logistic regression by gradient steps of Newton's kind, with a ridge on all but the first."""
    rows = [(features(item), item.wrong) for item in items]
    weights = [0.0 for _ in rows[0][0]]
    for _ in range(_STEPS):
        slope, curve = _derivatives(rows, weights)
        step = _solved(curve, slope)
        weights = [weight - by for weight, by in zip(weights, step, strict=True)]
    return tuple(weights)


def _derivatives(
    rows: Sequence[tuple[Weights, bool]], weights: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    count = len(weights)
    ridge = [0.0] + [_RIDGE] * (count - 1)
    slope = [one * weight for one, weight in zip(ridge, weights, strict=True)]
    curve = [[ridge[row] * (row == column) for column in range(count)] for row in range(count)]
    for values, wrong in rows:
        chance = _chance(_score(values, weights))
        for row, one in enumerate(values):
            slope[row] += (chance - wrong) * one / len(rows)
            for column, other in enumerate(values):
                curve[row][column] += chance * (1 - chance) * one * other / len(rows)
    return slope, curve


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination of a small positive definite system."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for other in rows[:at] + rows[at + 1 :]:
            factor = other[at] / pivot[at]
            other[:] = [a - factor * b for a, b in zip(other, pivot, strict=True)]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def _score(values: Weights, weights: Sequence[float]) -> float:
    return sum(weight * one for weight, one in zip(weights, values, strict=True))


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def validated(items: Sequence[Item], features: Features) -> dict[int, float]:
    """For each item, by its place, the score from weights that were fitted on other groups."""
    groups = sorted({item.case.group for item in items})
    fold = {group: at % _FOLDS for at, group in enumerate(groups)}
    scores: dict[int, float] = {}
    for held_out in range(_FOLDS):
        weights = fitted([i for i in items if fold[i.case.group] != held_out], features)
        for at, item in enumerate(items):
            if fold[item.case.group] == held_out:
                scores[at] = _score(features(item), weights)
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
    bugs = [item for item in items if item.wrong]
    right = sum(item.preference < 0 for item in bugs)
    print(f"| {title} | {len(bugs)} / {len(items) - len(bugs)} | {right} of {len(bugs)} ", end="")
    for score in (
        lambda at: -items[at].preference,
        lambda at: -float(items[at].grown),
        validated(items, both).__getitem__,
        validated(items, with_size).__getitem__,
    ):
        print(f"| {_told(separation(items, score))} ", end="")
    print("|")


def reliability(items: Sequence[Item]) -> list[tuple[float, float, int]]:
    """Cross-validated doubts in bins of equal size: the mean doubt, the share of bugs, edits."""
    scores = validated(items, both)
    ranked = sorted((_chance(scores[at]), item.wrong) for at, item in enumerate(items))
    bounds = [len(ranked) * one // _BINS for one in range(_BINS + 1)]
    bins = [ranked[low:high] for low, high in itertools.pairwise(bounds)]
    return [
        (sum(doubt for doubt, _ in one) / len(one), sum(bug for _, bug in one) / len(one), len(one))
        for one in bins
        if one
    ]


def plot(bins: Sequence[tuple[float, float, int]], path: Path) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "reviewbot"}):
        figure = Figure(figsize=(4.5, 4.2), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color="tab:gray", linestyle=":")
        axes.plot([one[0] for one in bins], [one[1] for one in bins], marker="o")
        axes.set(xlabel="doubt (cross-validated)", ylabel="share of bugs")
        figure.savefig(path, metadata={"Date": None, "Creator": "reviewbot"})


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("suite", type=Path)
    arguments.add_argument("replies", type=Path)
    arguments.add_argument("model", nargs="?", default="qwen2.5-coder-1.5b")
    arguments.add_argument("--plot", type=Path)
    given = arguments.parse_args()
    model = found(given.model)
    cases = [case for case in load(given.suite).cases if case.track != "twin"]
    with Engines(
        lambda: open_embedded(model, Door(), Patience(600)), Replies(given.replies)
    ) as engines:
        items = list(asked(cases, engines, engines.open().info.window or 4096))
    print(
        "| edits | bugs / clean | old preferred to a bug | AUC: preference | length | both"
        " | and size |"
    )
    print("|---|---|---|---|---|---|---|")
    tell("all", items)
    tell(f"versions within {_SHORT} characters", [i for i in items if abs(i.grown) <= _SHORT])
    print("\n| doubt | bugs | edits |\n|---|---|---|")
    bins = reliability(items)
    for doubt, share, count in bins:
        print(f"| {doubt:.2f} | {share:.2f} | {count} |")
    if given.plot:
        plot(bins, given.plot)
    intercept, preference, grown = fitted(items, both)
    print(f"\nintercept = {intercept:.2f}")
    print(f"preference = {preference / _USUAL:.2f}")
    print(f"grown = {grown:.2f}")


if __name__ == "__main__":
    main()
