from __future__ import annotations

import pytest

from reviewbot.models.card import cards
from reviewbot.models.lookup import by_name, find, how_to_pull, misnomer, unknown


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_each_name_of_a_model_finds_it(card: object) -> None:
    wanted = next(known for known in cards() if known is card)
    for name in (wanted.name, wanted.name.upper(), *wanted.also, wanted.hub):
        assert find(name) == (wanted,)
        assert misnomer(name) is None


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("Qwen 2.5 Coder 7B", "qwen2.5-coder:7b"),
        ("hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M", "qwen2.5-coder:7b"),
        ("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "qwen2.5-coder:1.5b"),
        ("qwen2.5-coder-1.5b", "qwen2.5-coder:1.5b"),
        ("DeepSeek-R1-Distill-Qwen-14B", "deepseek-r1:14b"),
        ("DeepSeek-R1-Distill-Qwen-14B-Japanese", "deepseek-r1-distill-qwen-14b-japanese"),
        ("phi-3-mini", "phi3:3.8b"),
        ("phi3:mini", "phi3:3.8b"),
        ("phi-4-mini", "phi4-mini:3.8b"),
        ("phi-2", "phi:2.7b"),
        ("starcoder2:latest", "starcoder2:3b"),
        ("llama 3.3 70b", "llama3.3:70b"),
        ("codellama:34b", "codellama:34b"),
    ],
)
def test_other_spellings_find_the_model(name: str, model: str) -> None:
    assert [card.name for card in find(name)] == [model]
    assert misnomer(name) is None


@pytest.mark.parametrize(
    ("name", "real"),
    [
        ("DeepSeek Coder V3", "deepseek-coder-v2:16b"),
        ("deepseek-coder-v3:33b", "qwen3-coder:30b"),
        ("CodeLlama 3", "codellama:7b"),
        ("codellama-3:8b", "llama3.3:70b"),
        ("Code Llama 2", "codellama:7b"),
        ("Qwen 2.5 Coder 72B", "qwen2.5-coder:32b"),
        ("qwen2.5-coder:72b", "qwen2.5-coder:32b"),
        ("qwen3-coder:7b", "qwen2.5-coder:7b"),
        ("Qwen3-Coder 32B", "qwen3-coder:30b"),
        ("deepseek-coder:7b", "deepseek-coder:6.7b"),
        ("deepseek-coder:16b", "deepseek-coder-v2:16b"),
        ("deepseek-r1:67b", "deepseek-r1:70b"),
        ("llama3.3:8b", "llama3.1:8b"),
    ],
)
def test_a_name_that_names_nothing_leads_to_the_real_one(name: str, real: str) -> None:
    found = misnomer(name)
    assert found is not None
    assert real in found.real
    assert all(by_name(name) for name in found.real)
    assert find(name) == ()


def test_a_family_is_all_its_models() -> None:
    names = [card.name for card in find("deepseek-coder")]
    assert names == ["deepseek-coder:1.3b", "deepseek-coder:6.7b", "deepseek-coder:33b"]


@pytest.mark.parametrize("name", ["", "gpt-4", "qwen2.5-coder:8b", "coder"])
def test_what_nobody_knows_is_found_nowhere(name: str) -> None:
    assert find(name) == ()
    assert misnomer(name) is None


def test_an_unknown_name_offers_the_nearest() -> None:
    error = unknown("qwen2.5-coder:8b")
    assert "'qwen2.5-coder:8b'" in error.message
    assert 'did you mean "qwen2.5-coder:' in error.remedy


def test_what_to_pull_is_a_model_that_there_is() -> None:
    assert how_to_pull("qwen2.5-coder:7b") == "fetch it with: ollama pull qwen2.5-coder:7b"
    told = how_to_pull("qwen2.5-coder:72b")
    assert "the coder line ends at 32b" in told
    assert told.endswith("ollama pull qwen2.5-coder:32b")
