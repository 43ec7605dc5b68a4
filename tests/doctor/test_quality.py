"""Whether a better model is told, and only one that fits."""

from __future__ import annotations

import pytest

from reviewbot.doctor.check import Check
from reviewbot.doctor.quality import quality_check
from reviewbot.doctor.subject import Placed, Subject
from reviewbot.models.gpus import GIB, Gpu
from reviewbot.models.hardware import Machine
from reviewbot.prompt import Think
from tests.doctor.conftest import CARD, machine
from tests.doctor.test_subject import embedded, ollama


def _check(subject: Subject, here: Machine, think: Think | None = None) -> Check:
    return quality_check(subject, subject.rooms(here), think)


def test_a_small_model_where_a_larger_one_fits_is_a_warning() -> None:
    found = _check(ollama("qwen2.5-coder:1.5b"), machine(CARD))
    assert found.state == "warning"
    tag = "qwen2.5-coder:7b-instruct-q5_K_M"
    assert found.remedy == f"qwen2.5-coder:7b at Q5_K_M: ollama pull {tag}"


def test_a_model_that_suits_is_well_though_a_better_one_fits() -> None:
    found = _check(ollama("qwen2.5-coder:7b"), machine(Gpu("NVIDIA", "X", 24 * GIB, 23 * GIB)))
    assert (found.state, "qwen2.5-coder:32b" in found.remedy) == ("ok", True)


def test_the_best_that_fits_is_told_as_that() -> None:
    best = ollama("qwen2.5-coder:7b", details={"quantization_level": "Q5_K_M"})
    found = _check(best, machine(CARD))
    assert (found.state, found.remedy) == ("ok", "")


def test_more_bits_are_told_where_they_fit() -> None:
    found = _check(ollama("qwen2.5-coder:7b"), machine(Gpu("NVIDIA", "X", 8 * GIB, 8 * GIB)))
    assert found.state == "ok"
    assert found.remedy == "Q6_K fits, too: ollama pull qwen2.5-coder:7b-instruct-q6_K"


def test_what_the_model_takes_itself_is_room_for_a_better_one() -> None:
    full = Gpu("NVIDIA", "X", 24 * GIB, 12 * GIB)
    placed = Placed(11 * GIB, 11 * GIB)
    found = _check(ollama("qwen2.5-coder:14b", placed=placed), machine(full))
    assert "qwen2.5-coder:32b" in found.remedy


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("qwen2.5-coder:7b-base", "completes code and cannot answer"),
        ("starcoder2:7b", "is not for reviewing"),
        ("codellama:7b", "is not for reviewing"),
        ("qwen2.5-coder:0.5b", "lose the thread"),
    ],
)
def test_a_model_that_does_not_suit_is_told_with_the_reason(name: str, why: str) -> None:
    facts = {"general.parameter_count": 7_000_000_000}
    found = _check(ollama(name, model_info=facts), machine(CARD))
    assert found.state == "warning"
    assert why in found.text
    assert "ollama pull qwen2.5-coder:7b" in found.remedy


def test_a_licence_that_forbids_business_is_told() -> None:
    found = _check(embedded(), machine(cores=2))
    assert "qwen2.5-coder:3b" in found.remedy
    assert "non-commercial" in found.remedy


@pytest.mark.parametrize(
    ("think", "told"), [("off", "--think low"), ("low", "--think medium"), ("high", "")]
)
def test_a_model_that_thinks_may_think_longer(think: Think, told: str) -> None:
    found = _check(ollama("deepseek-r1:8b-llama-distill-q4_K_M"), machine(CARD), think)
    assert told in found.remedy
    assert bool(found.remedy) == bool(told)


def test_a_model_that_does_not_think_is_not_told_to() -> None:
    assert "--think" not in _check(ollama("qwen2.5-coder:1.5b"), machine(CARD), "off").remedy


def test_a_model_of_the_users_own_is_judged_by_its_size_alone() -> None:
    info = {"general.architecture": "x", "general.parameter_count": 70_000_000_000}
    found = _check(ollama("ours:70b", model_info=info), machine(CARD))
    assert (found.state, found.remedy) == ("ok", "")
