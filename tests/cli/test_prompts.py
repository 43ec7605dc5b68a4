"""How a model is asked, as a user changes it: flags, settings and templates of one's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.config import user_config_path, user_prompts_folder
from tests.conftest import Repository, Reviewbot

CLEAN: dict[str, object] = {"reply": {"findings": []}}
_SHOWN = ("review", "--show-prompts")


def _own(name: str, text: str) -> Path:
    path = user_prompts_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _staged(repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "temperature 0.0, seed 0, think off"),
        (("--temperature", "0.3", "--seed", "7"), "temperature 0.3, seed 7, think off"),
        (
            ("--model", "deepseek-r1:7b"),
            "temperature 0.6, seed 0, top_p 0.95, think medium (up to 2048 tokens)",
        ),
        (("--model", "deepseek-r1:7b", "--think", "off"), "top_p 0.95, think off"),
        (
            ("--model", "qwen3:8b", "--think", "low", "--temperature", "0.9"),
            "temperature 0.9, seed 0, top_p 0.95, top_k 20, min_p 0.0, think low",
        ),
    ],
)
def test_show_prompts_says_how_each_is_asked(
    reviewbot: Reviewbot, arguments: tuple[str, ...], told: str
) -> None:
    run = reviewbot(*_SHOWN, *arguments)
    assert run.code == 0, run.err
    head = run.out.splitlines()[0]
    assert head.startswith("--- prompt 1, asked with ")
    assert told in head


def test_the_report_says_how_the_model_was_asked(
    reviewbot: Reviewbot, script: Callable[..., str]
) -> None:
    scripted = ("review", "--engine", "scripted", "--model", script(CLEAN), "--format", "json")
    plain = {
        "temperature": 0.0,
        "seed": 0,
        "top_p": None,
        "top_k": None,
        "min_p": None,
        "effort": "balanced",
    }
    assert reviewbot(*scripted).report["asked_with"] == plain | {"think": "off"}
    run = reviewbot(*scripted, "--temperature", "0.3", "--seed", "7", "--think", "low")
    wished = {"temperature": 0.3, "seed": 7, "think": "low"}
    assert run.report["asked_with"] == plain | wished


def test_a_report_without_an_engine_asked_nothing(reviewbot: Reviewbot) -> None:
    run = reviewbot("review", "--url", "http://127.0.0.1:1", "--format", "json")
    assert run.code == 3
    assert run.report["asked_with"] is None


def test_show_prompts_notes_what_will_not_be_as_wished(reviewbot: Reviewbot) -> None:
    run = reviewbot(*_SHOWN, "--model", "qwen2.5-coder:7b", "--think", "high")
    assert run.code == 0
    assert "qwen2.5-coder:7b does not think: --think high changes nothing" in run.err
    run = reviewbot(*_SHOWN, "--model", "deepseek-r1:7b", "--think", "high", "--window", "4096")
    assert "it thinks as with --think medium" in run.err
    assert "think medium (up to 2048 tokens)" in run.out


_UNKNOWN = "the layout is the one of an unknown family"


@pytest.mark.parametrize("engine", ["auto", "ollama", "openai", "embedded"])
def test_without_a_known_model_the_layout_is_told_to_be_a_guess(
    reviewbot: Reviewbot, engine: str
) -> None:
    run = reviewbot(*_SHOWN, "--engine", engine)
    assert run.code == 0
    (line,) = run.err.splitlines()
    assert line.startswith("reviewbot: which model a review takes is known to its engine alone")
    assert _UNKNOWN in line


def test_a_model_of_no_known_family_is_told_as_that(reviewbot: Reviewbot) -> None:
    run = reviewbot(*_SHOWN, "--model", "llava:7b")
    assert run.err == f"reviewbot: llava:7b is of no known family: {_UNKNOWN}\n"


def test_show_prompts_takes_the_weights_on_disk_as_a_review_would(
    reviewbot: Reviewbot, tmp_path: Path
) -> None:
    path = tmp_path / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    path.touch()
    environ = {"REVIEWBOT_MODELS_DIR": str(tmp_path)}
    run = reviewbot(*_SHOWN, "--engine", "embedded", "--think", "high", environ=environ)
    assert run.err == (
        "reviewbot: qwen2.5-coder-1.5b does not think: --think high changes nothing\n"
    )
    assert run.out == reviewbot(*_SHOWN, "--model", "qwen2.5-coder-1.5b").out


def test_show_prompts_takes_the_model_of_the_users_file(reviewbot: Reviewbot) -> None:
    user_config_path().parent.mkdir(parents=True, exist_ok=True)
    user_config_path().write_text("model = 'deepseek-r1:7b'\n")
    run = reviewbot(*_SHOWN)
    assert run.err == ""
    assert "think medium (up to 2048 tokens)" in run.out
    assert "--- prompt 1, system" not in run.out


def test_a_scripted_engine_is_of_no_family_and_no_guess(
    reviewbot: Reviewbot, script: Callable[..., str]
) -> None:
    assert reviewbot(*_SHOWN, "--engine", "scripted", "--model", script(CLEAN)).err == ""


def test_a_window_too_small_for_anything_is_told(reviewbot: Reviewbot) -> None:
    run = reviewbot(*_SHOWN, "--window", "600")
    assert run.code == 3
    assert "is 600 tokens" in run.err
    assert "--window" in run.err


def test_a_template_of_the_users_is_asked_with_and_reported(
    reviewbot: Reviewbot, script: Callable[..., str]
) -> None:
    path = _own("review_chunk.j2", "HERE IT IS\n{{ code }}\n")
    name = script({"contains": "HERE IT IS", **CLEAN})
    run = reviewbot("review", "--engine", "scripted", "--model", name, "--format", "json", "-v")
    assert run.code == 0, run.err
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    assert run.report["templates"] == [
        {"template": "review_chunk.j2", "file": "review_chunk.j2", "sha256": digest}
    ]
    assert f"review_chunk.j2 is replaced by review_chunk.j2 ({digest})" in run.err


def test_a_report_with_reviewbots_own_prompts_names_none(
    reviewbot: Reviewbot, script: Callable[..., str]
) -> None:
    run = reviewbot("review", "--engine", "scripted", "--model", script(CLEAN), "--format", "json")
    assert run.report["templates"] == []


@pytest.mark.parametrize("ignoring", ["--no-config", "--config"])
def test_the_folder_is_not_read_where_the_users_config_is_not(
    reviewbot: Reviewbot, tmp_path: Path, ignoring: str
) -> None:
    _own("review_system.j2", "OF THE USER")
    assert "OF THE USER" in reviewbot(*_SHOWN).out
    (tmp_path / "other.toml").write_text("")
    named = (str(tmp_path / "other.toml"),) if ignoring == "--config" else ()
    run = reviewbot(*_SHOWN, ignoring, *named)
    assert run.code == 0
    assert "OF THE USER" not in run.out


def test_a_system_prompt_is_named_by_flag_variable_or_file(
    reviewbot: Reviewbot, repository: Repository, tmp_path: Path
) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("BE BRIEF")
    assert "BE BRIEF" in reviewbot(*_SHOWN, "--system-prompt", "../mine.txt").out
    chosen = {"REVIEWBOT_SYSTEM_PROMPT": str(path)}
    assert "BE BRIEF" in reviewbot(*_SHOWN, environ=chosen).out
    user_config_path().parent.mkdir(parents=True, exist_ok=True)
    user_config_path().write_text("system_prompt = 'own.txt'\n")
    (user_config_path().parent / "own.txt").write_text("BE KIND")
    repository.write("own.txt", "OF THE REPOSITORY")
    shown = reviewbot(*_SHOWN).out
    assert "BE KIND" in shown
    assert "OF THE REPOSITORY" not in shown


def test_a_repository_has_no_say_in_the_prompts(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    plain = reviewbot(*_SHOWN).out
    for folder in (
        "prompts",
        "reviewbot/prompts",
        ".reviewbot/prompts",
        ".config/reviewbot/prompts",
    ):
        for name in ("review_system.j2", "review_chunk.j2"):
            repository.write(f"{folder}/{name}", "OF THE REPOSITORY {{ code }}")
    assert reviewbot(*_SHOWN).out == plain
    for name, table in ((".reviewbot.toml", ""), ("pyproject.toml", "[tool.reviewbot]\n")):
        repository.write(name, f"{table}system_prompt = 'prompts/review_system.j2'\n")
        run = reviewbot(*_SHOWN)
        assert run.code == 2
        assert "`system_prompt` is not the repository's to set" in run.err
        (repository.path / name).unlink()


@pytest.mark.parametrize("arguments", [("review",), _SHOWN, ("hook", "pre-commit")])
def test_a_broken_template_ends_it_before_an_engine_is_opened(
    reviewbot: Reviewbot, arguments: tuple[str, ...]
) -> None:
    path = _own("review_system.j2", "one\n{{ two }}\n")
    run = reviewbot(*arguments, "--engine", "scripted", "--model", "/no/such/script.jsonl")
    assert run.code == 2
    assert f"{path}, line 2: there is no variable 'two'" in run.err
    assert f"rm {path}" in run.err
    assert "script" not in run.err
