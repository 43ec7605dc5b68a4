"""Where a model does not fit: what is told helps, and by the figures that are told."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reviewbot.doctor.check import Check
from reviewbot.doctor.memory import memory_checks, remedy
from reviewbot.doctor.subject import Placed, Subject
from reviewbot.models.card import cards
from reviewbot.models.gpus import GIB, Gpu
from reviewbot.models.memory import MIB, need
from reviewbot.models.recommend import Room
from tests.doctor.conftest import CARD, machine
from tests.doctor.test_subject import embedded, ollama


def _check(subject: Subject, *gpus: Gpu) -> Check:
    (check,) = memory_checks(subject, subject.rooms(machine(*gpus)))
    return check


def _gpu(mib: int) -> Room:
    return Room("gpu", mib * MIB, "free on the GPU")


def test_a_model_that_fits_is_told_with_its_need() -> None:
    found = _check(ollama("qwen2.5-coder:7b"), CARD)
    assert (found.state, found.remedy) == ("ok", "")
    # 4,467 of weights, 448 of cache, 1,024 beside them
    assert found.text.startswith("about 5,939 MiB needed with 8,192 tokens of context;")


def test_a_model_that_does_not_fit_is_a_warning_with_the_part_on_the_processor() -> None:
    found = _check(ollama("qwen2.5-coder:14b"), CARD)
    assert found.state == "warning"
    assert "room for 7,168 MiB only" in found.text
    assert re.search(r"; \d\d % would run on the CPU", found.text)
    assert "ollama pull qwen2.5-coder:7b (5,939 MiB)" in found.remedy


def test_a_model_that_spilled_is_told_with_what_would_fit() -> None:
    found = _check(ollama("qwen2.5-coder:14b", placed=Placed(11 * GIB, 6 * GIB)), CARD)
    assert found.state == "warning"
    assert found.text.startswith("45 % of qwen2.5-coder:14b does not fit on the GPU")
    assert "ollama pull qwen2.5-coder:" in found.remedy


@pytest.mark.parametrize(
    ("on_gpu", "said"), [(2 * GIB, "on the GPU"), (0, "without a GPU")], ids=["gpu", "cpu"]
)
def test_a_model_that_is_loaded_whole_has_shown_that_it_fits(on_gpu: int, said: str) -> None:
    found = _check(ollama("qwen2.5-coder:1.5b", placed=Placed(2 * GIB, on_gpu)), CARD)
    assert (found.state, found.text) == ("ok", f"loaded, 2,048 MiB {said}")


def test_of_an_unknown_shape_nothing_is_reckoned() -> None:
    subject = ollama("deepseek-v3")
    assert list(memory_checks(subject, subject.rooms(machine()))) == []


# Each remedy where it helps, and only there. The need of codellama:7b at Q4_0 with 8,192 tokens:
# 3,648 of weights, 4,096 of cache (2,176 in q8_0), 1,024 beside them.


def test_a_smaller_cache_is_told_where_it_is_enough() -> None:
    subject = ollama("codellama:7b")
    assert "OLLAMA_KV_CACHE_TYPE=q8_0" in remedy(subject, _gpu(7000))
    assert "OLLAMA_KV_CACHE_TYPE" not in remedy(subject, _gpu(6500))


def test_a_shorter_context_is_told_where_it_is_enough() -> None:
    subject = ollama("codellama:7b")
    assert "a context of 6,144 tokens" in remedy(subject, _gpu(8000))
    assert "a context of" not in remedy(subject, _gpu(6500))


def test_fewer_bits_are_told_where_the_model_has_them() -> None:
    q8 = ollama("qwen2.5-coder:7b-instruct-q8_0", details={"quantization_level": "Q8_0"})
    told = remedy(q8, _gpu(7600))
    assert "ollama pull qwen2.5-coder:7b-instruct-q6_K (" in told
    assert "q5_K_M" not in told


def test_of_the_embedded_engine_no_setting_is_told_that_it_does_not_have() -> None:
    told = remedy(embedded(), Room("cpu", 2000 * MIB, ""))
    assert "OLLAMA" not in told


def test_the_embedded_engines_own_setting_for_a_smaller_cache_is_told() -> None:
    longer = replace(embedded(), load=replace(embedded().load, context=32768))
    # 1,066 of weights, 896 of cache (476 in q8_0), 1,112 beside them.
    told = remedy(longer, Room("cpu", 2700 * MIB, ""))
    assert "--cache-type q8_0 (2,654 MiB)" in told
    assert "OLLAMA" not in told
    smaller = replace(longer, load=replace(longer.load, cache="q8_0"))
    assert "--cache-type" not in remedy(smaller, Room("cpu", 2600 * MIB, ""))


def test_where_nothing_helps_another_machine_is_told() -> None:
    assert "--allow-host" in remedy(ollama("qwen2.5-coder:7b"), _gpu(500))


@pytest.mark.parametrize("card", [card for card in cards() if card.shape], ids=lambda c: c.name)
@pytest.mark.parametrize("gib", [2, 6, 12, 24])
def test_every_need_that_is_told_fits(card: object, gib: int) -> None:
    subject = ollama(getattr(card, "name", ""))
    room = _gpu(gib * 1024)
    now = need(subject.card, subject.load)
    for said in re.findall(r"\(([\d,]+) MiB\)", remedy(subject, room)):
        told = int(said.replace(",", "")) * MIB
        assert told <= room.bytes + MIB
        assert now is None or now.total <= room.bytes or told < now.total


def test_a_longer_context_needs_more() -> None:
    subject = ollama("qwen2.5-coder:14b")
    longer = replace(subject, load=replace(subject.load, context=32768))
    small, large = (
        _check(one, Gpu("NVIDIA", "X", 24 * GIB, 12 * GIB)) for one in (subject, longer)
    )
    assert (small.state, large.state) == ("ok", "warning")
