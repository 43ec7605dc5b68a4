"""Findings against goldens, and what chance would have done."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.evaluation.baselines import BASELINES, everything, random_line, reported
from reviewbot.evaluation.metrics import measured
from reviewbot.evaluation.score import NEAR, chance, hits, of_source, scored, surer, truths
from reviewbot.finding import Source
from tests.evaluation.samples import found, golden, row


@pytest.mark.parametrize(
    ("first", "last", "hit"),
    [(6, 6, False), (7, 7, True), (1, 7, True), (15, 15, True), (16, 16, False), (1, 99, True)],
)
def test_a_finding_hits_within_three_lines(first: int, last: int, hit: bool) -> None:
    assert hits(found(first, last), golden(10, 12)) is hit
    assert not hits(found(first, last, path="b.py"), golden(10, 12))


def test_a_golden_counts_once_and_saying_it_again_is_no_true_finding() -> None:
    twice = row("a", "defect", found(10), found(11), goldens=[golden(10, 10), golden(50, 50)])
    assert truths(twice) == [True, False]
    (item,) = scored([twice])
    assert (item.hit, item.true, item.findings) == (1, 1, 2)


def test_the_findings_of_one_source_are_scored_alone() -> None:
    linter = found(90, source=Source.LINTER)
    rows = [row("a", "defect", found(10), linter, goldens=[golden(10, 10), golden(90, 90)])]
    for source, line in ((Source.MODEL, 10), (Source.LINTER, 90)):
        (alone,) = of_source(rows, source)
        assert [finding.start_line for finding in alone.findings] == [line]
        assert scored([alone])[0].hit == 1
    assert of_source(rows, Source.CHECK)[0].findings == ()


def test_recall_counts_goldens_and_precision_counts_findings() -> None:
    rows = [
        row("a", "defect", found(10), found(90), goldens=[golden(10, 10), golden(50, 50)]),
        row("b", "defect", goldens=[golden(5, 5)]),
        row("c", "clean", found(1), found(2)),
        row("d", "clean"),
    ]
    figures = {name: item.value for name, item in measured(scored(rows)).items()}
    assert figures["recall"] == pytest.approx(1 / 3)
    assert figures["precision"] == pytest.approx(1 / 4)
    assert figures["flagged_defects"] == pytest.approx(1 / 2)
    assert figures["noise"] == pytest.approx(1.0)
    assert figures["youden"] == pytest.approx(0.0)
    assert figures["localisation"] == pytest.approx(1.0)


def test_pairs_are_counted_by_what_was_flagged_of_both() -> None:
    rows = []
    for name, bug, fix in (("10", 1, 0), ("11", 1, 1), ("00", 0, 0), ("01", 0, 1), ("x", 1, 0)):
        one, other = [found(1)] * bug, [found(1)] * fix
        goldens = [golden(1, 1)]
        rows.append(row(f"{name}b", "defect", *one, goldens=goldens, pair=f"{name}f", group=name))
        rows.append(row(f"{name}f", "clean", *other, pair=f"{name}b", group=name))
    figures = {name: item.value for name, item in measured(scored(rows)).items()}
    pairs = [figures[f"pair_{name}"] for name in ("10", "11", "00", "01")]
    assert pairs == pytest.approx([0.4, 0.2, 0.2, 0.2])
    assert figures["pair_difference"] == pytest.approx(0.2)


def test_a_defect_without_its_twin_is_in_no_pair() -> None:
    (item,) = scored([row("a", "defect", goldens=[golden(1, 1)], pair="missing")])
    assert item.twin is None
    assert measured([item])["pair_10"].value is None


def test_places_are_not_scored_where_every_changed_line_is_golden() -> None:
    edit = row("a", "defect", found(1), goldens=[golden(1, 1)], track="edit", changed=[1])
    figures = measured(scored([edit]))
    assert figures["localisation"].value is None
    assert figures["recall"].value == 1.0


@given(
    changed=st.lists(st.integers(1, 40), min_size=1, max_size=7),
    spans=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5)), min_size=1, max_size=2),
    draws=st.integers(1, 8),
)
def test_the_chance_level_is_that_of_all_draws_counted(
    changed: list[int], spans: list[tuple[int, int]], draws: int
) -> None:
    goldens = [golden(first, first + more) for first, more in spans]
    case = row("a", "defect", goldens=goldens, changed=changed).case
    ways = list(combinations(changed, min(draws, len(changed))))
    good = sum(
        any(g.line[0] - NEAR <= line <= g.line[1] + NEAR for line in way for g in goldens)
        for way in ways
    )
    assert chance(case, goldens, draws) == pytest.approx(good / len(ways))


def test_no_changed_line_is_no_chance() -> None:
    assert chance(row("a", "defect", goldens=[golden(1, 1)]).case, [golden(1, 1)]) == 0.0


def test_a_threshold_leaves_the_surer_findings() -> None:
    (left,) = surer([row("a", "clean", found(1, sure=0.2), found(2, sure=0.7))], 0.7)
    assert [item.start_line for item in left.findings] == [2]


# Reporters without a model


def test_flagging_everything_finds_all_and_tells_nothing_apart() -> None:
    rows = [
        row("a", "defect", goldens=[golden(5, 5)], changed=[4, 5, 6, 20], pair="b", group="g"),
        row("b", "clean", changed=[4, 5, 6], pair="a", group="g"),
    ]
    assert [(f.start_line, f.end_line) for f in everything(rows[0])] == [(4, 6), (20, 20)]
    figures = measured(scored(reported(rows, everything)))
    assert figures["recall"].value == 1.0
    assert figures["youden"].value == 0.0


def test_a_random_line_is_a_changed_one_and_the_same_each_time() -> None:
    case = row("a", "clean", changed=range(10, 60))
    (finding,) = random_line(case)
    assert 10 <= finding.start_line < 60
    assert random_line(case) == (finding,)
    assert random_line(row("a")) == ()
    assert set(BASELINES) == {"flag everything", "a random changed line", "flag what shrinks"}
