from __future__ import annotations

import pytest

from reviewbot.models.absent import absent

WEIGHTS = ("qwen2.5-coder-1.5b", "smollm2-135m")


def test_a_name_that_nobody_published_leads_to_the_real_models() -> None:
    told = absent("DeepSeek Coder V3", WEIGHTS)
    assert told.meant.startswith("nobody publishes it: DeepSeek's coder line ends with V2")
    assert told.remedy == (
        "ollama pull deepseek-coder-v2:16b, then --model deepseek-coder-v2:16b\n"
        "   or: ollama pull qwen3-coder:30b, then --model qwen3-coder:30b"
    )


def test_all_that_may_be_meant_is_named() -> None:
    assert "ollama pull qwen3-coder:30b" in absent("qwen3-coder:7b", WEIGHTS).remedy


def test_a_real_model_that_is_there_needs_no_command() -> None:
    held = ("llama3:8b", "qwen3-coder:30b")
    assert absent("DeepSeek Coder V3", WEIGHTS, held).remedy == "--model qwen3-coder:30b"
    told = absent("Qwen3 Coder 30B", WEIGHTS, held)
    assert (told.meant, told.remedy) == (
        'did you mean "qwen3-coder:30b"?',
        "--model qwen3-coder:30b",
    )


@pytest.mark.parametrize("name", ["qwen2.5-coder:7b", "qwen2.5-coder:7b-instruct-q8_0"])
def test_a_right_name_is_pulled_as_it_is(name: str) -> None:
    told = absent(name, WEIGHTS)
    assert (told.meant, told.remedy) == ("", f"ollama pull {name}, then --model {name}")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("qwen2.5-coder-1.5b", ""), ("Qwen 2.5 Coder 1.5B", 'did you mean "qwen2.5-coder:1.5b"?')],
)
def test_weights_of_our_own_are_offered_before_ollamas(name: str, meant: str) -> None:
    told = absent(name, WEIGHTS)
    assert told.meant == meant
    assert told.remedy == (
        "reviewbot models pull qwen2.5-coder-1.5b, then --model qwen2.5-coder-1.5b\n"
        "   or: ollama pull qwen2.5-coder:1.5b, then --model qwen2.5-coder:1.5b"
    )


def test_a_family_leads_to_some_of_its_models() -> None:
    told = absent("deepseek-coder", WEIGHTS)
    assert told.meant.count('"') == 6
    assert "ollama pull deepseek-coder:6.7b" in told.remedy


def test_a_mistyped_name_leads_to_the_near_ones() -> None:
    assert absent("qwen2.5-codr:7b", WEIGHTS).meant.startswith('did you mean "qwen2.5-coder:7b"')
    told = absent("my-own-modle:1b", WEIGHTS, ("my-own-model:1b",))
    assert (told.meant, told.remedy) == (
        'did you mean "my-own-model:1b"?',
        "--model my-own-model:1b",
    )
    assert absent("smolm2-135", ("smollm2-135m",)).remedy.startswith(
        "reviewbot models pull smollm2-135m, then --model smollm2-135m"
    )


def test_a_name_like_no_other_is_not_guessed_at() -> None:
    told = absent("zzz:1b", WEIGHTS)
    assert told.meant == "the catalogue does not know it"
    assert "ollama pull zzz:1b" in told.remedy
    assert "reviewbot models show" in told.remedy
