"""docs/scale.md shows what the figures of `capacity.toml` give."""

from __future__ import annotations

import random

import pytest

from benchmarks.capacity import MODELS, PAGE, fewest, planned, sources, speeds, written
from benchmarks.fleet_demand import HOUR, Day, between, drawn, read

FIGURES = read()


@pytest.mark.parametrize(("name", "lines"), [("figures", speeds), ("sources", sources)])
def test_the_page_holds_the_figures(name: str, lines: object) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert callable(lines)
    assert written(page, name, lines(FIGURES)) == page, "python -m benchmarks.capacity --write"


def test_the_page_holds_what_the_model_gives_for_a_hundred_developers() -> None:
    page = PAGE.read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith("| 14B | L40S |")]
    gpu = FIGURES.speed("L40S", MODELS["14B"])
    assert gpu
    plan = fewest(Day(FIGURES, 100), gpu)
    assert plan
    assert row.split("|")[3].strip() == str(plan.workers), "python -m benchmarks.capacity --write"


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
    reviews = list(day.all())
    empty = 1 - len(reviews) / (1_000 * FIGURES.demand["commits_a_day"])
    quantiles = FIGURES.demand["chunks"]
    assert empty == pytest.approx(quantiles.count(0) / 20, abs=0.06)
    assert all(day.rate(int(review.at / HOUR)) for review in reviews)
    assert [review.at for review in reviews] == sorted(review.at for review in reviews)


def test_what_is_drawn_has_the_quantiles() -> None:
    pick = random.Random(1)  # noqa: S311
    quantiles = list(range(0, 105, 5))
    found = sorted(drawn(quantiles, pick) for _ in range(20_000))
    assert found[10_000] == pytest.approx(50, abs=2)
    assert found[19_000] == pytest.approx(95, abs=2)
    assert (found[0], found[-1]) == (0, 100)
