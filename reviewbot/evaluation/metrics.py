"""The figures that are told of a run, each as a sum of ratios over cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reviewbot.evaluation.score import Scored
from reviewbot.evaluation.statistics import Estimate, Term, auc, estimate, over_groups

Count = Callable[[Scored], float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """`above` and `below` are summed over the cases before they are divided."""

    above: Count
    below: Count
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Metric:
    """`better` is 1 where more is better, -1 where less is, 0 where neither."""

    name: str
    label: str
    ratios: tuple[Ratio, ...]
    better: int = 0


def _defect(item: Scored) -> float:
    return float(item.defect)


def _clean(item: Scored) -> float:
    return float(not item.defect)


def _always(_: Scored) -> float:
    return 1.0


def _flagged_defect(item: Scored) -> float:
    return float(item.defect and item.flagged)


def _flagged_clean(item: Scored) -> float:
    return float(not item.defect and item.flagged)


def _goldens(item: Scored) -> float:
    return float(len(item.case.golden))


def _timed(item: Scored) -> float:
    return float(not item.row.replayed)


def _seconds(item: Scored) -> float:
    return item.row.seconds * _timed(item)


def _paired(item: Scored) -> float:
    return float(item.twin is not None)


def _pair(bug: bool, fix: bool) -> Count:
    return lambda item: float(item.twin is fix and item.flagged is bug)


def _placed(count: Count) -> Count:
    return lambda item: count(item) if item.placed else 0.0


_FLAGGED = Ratio(_flagged_defect, _defect)
_ALARM = Ratio(_flagged_clean, _clean)

METRICS: tuple[Metric, ...] = (
    Metric("recall", "recall (goldens hit)", (Ratio(lambda s: s.hit, _goldens),), 1),
    Metric("flagged_defects", "defects flagged", (_FLAGGED,), 1),
    Metric("flagged_clean", "clean diffs flagged", (_ALARM,), -1),
    Metric(
        "youden",
        "Youden J (defects less clean diffs flagged)",
        (_FLAGGED, Ratio(_flagged_clean, _clean, -1)),
        1,
    ),
    Metric(
        "noise",
        "findings per clean diff",
        (Ratio(lambda s: 0.0 if s.defect else s.findings, _clean),),
        -1,
    ),
    Metric("precision", "precision", (Ratio(lambda s: s.true, lambda s: s.findings),), 1),
    Metric(
        "placed_recall",
        "recall where places are scored",
        (Ratio(_placed(lambda s: s.hit), _placed(_goldens)),),
        1,
    ),
    Metric(
        "placed_chance",
        "  by chance: one changed line at random",
        (Ratio(_placed(lambda s: s.chance), _placed(_goldens)),),
    ),
    Metric(
        "localisation",
        "flagged defects with a hit",
        (Ratio(_placed(lambda s: float(s.hit > 0)), _placed(_flagged_defect)),),
        1,
    ),
    Metric(
        "localisation_chance",
        "  by chance: as many lines at random",
        (Ratio(_placed(lambda s: s.drawn), _placed(_flagged_defect)),),
    ),
    Metric(
        "pair_difference",
        "flagged bugs less flagged fixes",
        (
            Ratio(lambda s: float(s.twin is not None and s.flagged), _paired),
            Ratio(lambda s: float(s.twin is True), _paired, -1),
        ),
        1,
    ),
    Metric("pair_10", "pairs: bug flagged, fix not", (Ratio(_pair(True, False), _paired),), 1),
    Metric("pair_11", "pairs: both flagged", (Ratio(_pair(True, True), _paired),)),
    Metric("pair_00", "pairs: neither flagged", (Ratio(_pair(False, False), _paired),)),
    Metric("pair_01", "pairs: fix flagged, bug not", (Ratio(_pair(False, True), _paired),), -1),
    Metric(
        "incomplete",
        "cases not fully reviewed",
        (Ratio(lambda s: float(bool(s.row.faults)), _always),),
        -1,
    ),
    Metric(
        "failed_chunks",
        "chunks that failed, a case",
        (Ratio(lambda s: s.row.failed_chunks, _always),),
        -1,
    ),
    Metric(
        "failed_calls",
        "calls that failed, a case",
        (Ratio(lambda s: s.row.failed_calls, _always),),
        -1,
    ),
    Metric("calls", "calls a case", (Ratio(lambda s: s.row.calls, _always),), -1),
    Metric(
        "prompt_tokens",
        "prompt tokens a case",
        (Ratio(lambda s: s.row.prompt_tokens, _always),),
        -1,
    ),
    Metric(
        "new_tokens",
        "  of them not kept by the engine",
        (Ratio(lambda s: s.row.prompt_tokens - s.row.cached_tokens, _always),),
        -1,
    ),
    Metric(
        "written_tokens",
        "tokens written a case",
        (Ratio(lambda s: s.row.completion_tokens, _always),),
        -1,
    ),
    Metric("seconds", "seconds a case", (Ratio(_seconds, _timed),), -1),
)
BY_NAME = {metric.name: metric for metric in METRICS}
# What a table by language or category tells; the others would be read off too few cases.
SHORT = ("recall", "flagged_defects", "noise", "youden", "precision", "pair_difference")


def grouped(cases: Iterable[Scored]) -> list[list[Scored]]:
    groups: dict[str, list[Scored]] = {}
    for item in cases:
        groups.setdefault(item.case.group, []).append(item)
    return [groups[name] for name in sorted(groups)]


def terms(metric: Metric, groups: Sequence[Sequence[Scored]]) -> list[Term]:
    return [
        Term([(sum(map(r.above, group)), sum(map(r.below, group))) for group in groups], r.sign)
        for r in metric.ratios
    ]


def measured(cases: Sequence[Scored], names: Iterable[str] = BY_NAME) -> dict[str, Estimate]:
    """The figures of these cases by name."""
    groups = grouped(cases)
    return {name: estimate(terms(BY_NAME[name], groups)) for name in names}


def separation(cases: Sequence[Scored]) -> Estimate:
    """AUC of the confidence: does the surest finding tell a defect from a clean diff?"""
    return over_groups(
        grouped(cases), lambda items: auc([(item.confidence, item.defect) for item in items])
    )
