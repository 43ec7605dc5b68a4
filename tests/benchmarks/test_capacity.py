"""docs/scale.md shows what the figures of `capacity.toml` give."""

from __future__ import annotations

import random

import pytest

from benchmarks.capacity import PAGE, TABLES, written
from benchmarks.capacity_plan import fewest, planned
from benchmarks.capacity_tables import MODELS, SIZES
from benchmarks.fleet_demand import HOUR, Day, drawn
from benchmarks.fleet_figures import between, read

FIGURES = read()
MAKE = "python -m benchmarks.capacity --write"


@pytest.mark.parametrize("name", ["figures", "sources"])
def test_the_page_holds_the_figures(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, name, TABLES[name](FIGURES)) == page, MAKE


def test_the_page_holds_what_the_model_gives_for_the_smaller_sizes() -> None:
    """The whole table takes minutes; this holds what a change of the model would move first."""
    page = PAGE.read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith("| 14B | L40S |")]
    gpu = FIGURES.speed("L40S", MODELS["14B"])
    assert gpu
    cells = []
    for size in SIZES[:2]:
        plan = fewest(Day(FIGURES, size), gpu)
        assert plan
        cells += [str(plan.workers), *(f"{plan.seconds(share):.1f}" for share in (0.5, 0.95))]
    assert [cell.strip() for cell in row.split("|")[3:9]] == cells, MAKE


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_each_table(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, name, iter(["new"])) != page


def test_one_gpu_fewer_does_not_hold_the_deadline() -> None:
    gpu = FIGURES.speed("A100 80 GB", MODELS["32B"])
    assert gpu
    day = Day(FIGURES, 1_000)
    plan = fewest(day, gpu)
    assert plan
    assert plan.holds
    assert not planned(day, gpu, plan.workers - 1).holds


def test_the_line_between_two_sizes_meets_a_third_that_was_measured() -> None:
    points = FIGURES.gpus["A100 80 GB"]["speeds"]
    assert between(points, "generation", 30.7) == pytest.approx(43, rel=0.15)  # source: khmel
    assert between(points, "generation", 70.6) is None
    assert between(points[:1], "generation", 14.8) is None


def test_a_day_has_its_commits_in_its_hours() -> None:
    day = Day(FIGURES, 1_000)
    hooks = [review for review in day.all() if review.waited]
    empty = 1 - len(hooks) / (1_000 * FIGURES.demand["commits_a_day"])
    quantiles = FIGURES.demand["chunks"]
    assert empty == pytest.approx(quantiles.count(0) / 20, abs=0.06)
    assert all(day.rate(int(review.at / HOUR)) for review in hooks)
    assert [review.at for review in hooks] == sorted(review.at for review in hooks)


def test_a_shared_cache_spares_pipelines_what_is_known() -> None:
    asked = {}
    for shares in (True, False):
        reviews = Day(FIGURES, 1_000, shares=shares).all()
        asked[shares] = sum(len(one.chunks) for one in reviews if not one.waited)
    known = FIGURES.demand["known"]
    assert asked[True] == pytest.approx(asked[False] * (1 - known), rel=0.15)


def test_the_tokens_of_a_call_are_those_that_were_measured() -> None:
    """docs/quality.md: 747 new tokens in 2.4 calls at `fast`, 930 in 3.0 at `balanced`."""
    says = FIGURES.review
    fast = 1.6 * says["comparison"] + 0.8 * says["question"]
    balanced = 1.6 * says["comparison"] + 1.4 * says["question"]
    assert fast == pytest.approx(747, rel=0.05)
    assert balanced == pytest.approx(930, rel=0.05)


def test_what_is_drawn_has_the_quantiles() -> None:
    pick = random.Random(1)  # noqa: S311
    quantiles = [*range(0, 100, 5), 99]
    found = sorted(drawn(quantiles, 500, pick) for _ in range(20_000))
    assert found[10_000] == pytest.approx(50, abs=2)
    assert found[19_000] == pytest.approx(95, abs=2)
    assert found[19_700] < 100
    assert found[19_900] == found[-1] == 500
