"""How fast an engine is, by one answer of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reviewbot.doctor.measure import Measured, measure, measure_checks, measured_check
from reviewbot.endpoint import HostPolicy
from reviewbot.engines.base import OnPiece
from reviewbot.engines.wanted import Wanted
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.models.recommend import Speed
from reviewbot.network import Door
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo


@dataclass
class _Engine:
    """Writes two pieces, a moment apart."""

    written: int = 61
    cached: int = 0
    asked: list[Prompt] = field(default_factory=list)

    info = EngineInfo("fake", "fake")
    slots = 1

    @property
    def family(self) -> Family:
        return UNKNOWN

    def count_tokens(self, _: Prompt) -> int | None:
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        self.asked.append(prompt)
        time.sleep(0.02)
        on_piece("a")
        time.sleep(0.01)
        on_piece("b")
        return Completion("{}", Finish.LENGTH, 700, self.written, self.cached)


def test_reading_ends_and_writing_begins_with_the_first_piece() -> None:
    found = measure(_Engine(cached=100))
    assert found.speed is not None
    # At least the time that was slept; how much more, the machine decides.
    assert 0 < found.speed.read <= 600 / 0.02
    assert 0 < found.speed.written <= 60 / 0.01
    assert found.seconds >= 0.03


@pytest.mark.parametrize("engine", [_Engine(written=0), _Engine(written=5), _Engine(cached=700)])
def test_of_too_few_tokens_no_speed_is_told(engine: _Engine) -> None:
    found = measure(engine)
    assert found.speed is None
    assert measured_check(found, 1.0).state == "ok"


def test_what_is_asked_is_new_each_time_and_begs_for_an_explanation() -> None:
    engine = _Engine()
    measure(engine)
    measure(engine)
    one, two = engine.asked
    assert one.messages[0] != two.messages[0]
    assert one.messages[1:] == two.messages[1:]
    assert json.loads(one.schema)["properties"]["problem"]["minLength"] > 100
    assert one.max_tokens < 200


def test_an_engine_that_is_too_slow_is_told_with_the_remedy() -> None:
    fast, slow = Speed(54, 19), Speed(20, 2.5)
    assert measured_check(Measured(9.0, fast), 2.0).text.startswith("54 tokens/s read and 19 writ")
    found = measured_check(Measured(9.0, slow), 2.0)
    assert (found.state, "reviewbot models recommend" in found.remedy) == ("warning", True)
    assert found.text.startswith("20 tokens/s read and 2.5 written, 130 s a chunk")


def test_an_engine_that_does_not_answer_is_a_warning(tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"error": "HTTP 500"}) + "\n")
    wanted = Wanted("scripted", str(script), None, tmp_path)
    (found,) = measure_checks(wanted, Door(HostPolicy(frozenset(), False)))
    assert (found.state, found.text) == ("warning", "HTTP 500")
