"""The model holds what is measured of a small fleet on loopback, to the 15 % that are its goal."""

from __future__ import annotations

from benchmarks.fleet_load import measured
from benchmarks.fleet_measured import (
    GOAL,
    Workers,
    arrivals,
    behind_front,
    modelled,
    off,
    real,
)


def test_the_model_gives_what_is_measured() -> None:
    """At a load of 0.8, so that most prompts wait. What a worker takes is long beside what a busy
    machine takes for a prompt, and that is measured before; the moments at which the reviews began
    are the measured ones, so a late thread is late in the model, too."""
    workers = Workers(2, 0.3)
    asked = arrivals(20, workers.rate(0.8, 3), 3)
    with behind_front(workers.made(), "least_loaded") as url:
        found = measured(url, asked, workers.seconds)
    one, model = real(found), modelled(found, workers, "least_loaded")
    assert len(found.seconds) == len(asked)
    assert max(map(abs, off(one, model))) <= GOAL, (one, model)


def test_a_model_of_another_fleet_is_told_from_it() -> None:
    """A third faster workers, or another policy's queue: the check above can fail."""
    workers = Workers(2, 0.2)
    asked = arrivals(12, workers.rate(0.9, 3), 3)
    with behind_front(workers.made(), "least_loaded") as url:
        found = measured(url, asked, workers.seconds)
    faster = modelled(found, Workers(2, 0.2 / 1.5), "least_loaded")
    assert max(map(abs, off(real(found), faster))) > GOAL
