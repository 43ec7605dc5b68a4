"""`reviewbot models`: the catalogue on the screen, and fetching from a source of the test's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.cli import model_text
from reviewbot.cli.main import main
from reviewbot.models import hardware, weights
from reviewbot.models import sources as download
from reviewbot.models.card import Card, cards, guide, sources
from reviewbot.models.catalog import all_weights
from reviewbot.models.gpus import Gpu
from reviewbot.models.hardware import Machine
from reviewbot.models.memory import GIB, MIB
from tests.conftest import Reviewbot
from tests.models.fake_hub import fake_hub

CONTENT = b"weights" * 1000


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A catalogue entry of a few bytes, and a source that has them."""
    entry = replace(
        weights.by_name("smollm2-135m"),
        bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )

    def source(offset: int) -> Iterator[bytes]:
        for at in range(offset, len(CONTENT), 700):
            yield CONTENT[at : at + 700]

    monkeypatch.setattr(weights, "by_name", lambda _: entry)
    monkeypatch.setattr(download, "of", lambda _: [source])
    monkeypatch.setenv("REVIEWBOT_MODELS_DIR", str(tmp_path))
    return tmp_path


def test_list_names_each_entry_and_what_it_is_for(reviewbot: Reviewbot) -> None:
    rows = reviewbot("models", "list").out.splitlines()
    assert [row.split()[0] for row in rows] == [entry.name for entry in all_weights()]
    assert all(row.endswith(" -") for row in rows)
    assert "tests only" in rows[-1]


def test_pull_of_an_unknown_name_offers_the_nearest(reviewbot: Reviewbot) -> None:
    run = reviewbot("models", "pull", "qwen2.5-coder-1b")
    assert run.code == 2
    assert 'did you mean "qwen2.5-coder-1.5b"?' in run.err


def test_pull_tells_every_tenth_once(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "pull", "smollm2-135m"]) == 0
    out, err = capfd.readouterr()
    tenths = [int(line.split()[-2]) for line in err.splitlines()]
    assert tenths == list(range(10, 101, 10))
    assert "7000 bytes, SHA-256 as published" in out
    assert (folder / "smollm2-135m-instruct-q4_1.gguf").read_bytes() == CONTENT


def test_second_pull_fetches_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "pull", "smollm2-135m"]) == 0
    capfd.readouterr()
    assert main(["models", "pull", "smollm2-135m"]) == 0
    assert capfd.readouterr().err == ""


# Hugging Face's names


def test_pull_fetches_a_file_of_hugging_faces_and_list_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEWBOT_MODELS_DIR", str(tmp_path))
    files = {"Qwen2.5-Coder-Q4_K_M.gguf": CONTENT}
    with fake_hub(monkeypatch, files, repo="Qwen/Coder-GGUF"):
        assert main(["models", "pull", "hf.co/Qwen/Coder-GGUF:Q4_K_M"]) == 0
    out, err = capfd.readouterr()
    path = tmp_path / "Qwen/Coder-GGUF/Qwen2.5-Coder-Q4_K_M.gguf"
    assert f"{path}: 7000 bytes, SHA-256 as published" in out
    assert "Qwen2.5-Coder-Q4_K_M.gguf: 100 %" in err
    assert main(["models", "list"]) == 0
    row = capfd.readouterr().out.splitlines()[-1]
    assert row.startswith("Qwen/Coder-GGUF:Qwen2.5-Coder-Q4_K_M.gguf")
    assert "review" in row


def test_pull_of_a_quantisation_that_is_not_there_names_those_that_are(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with fake_hub(monkeypatch, {"x-Q8_0.gguf": CONTENT, "x-Q4_0.gguf": CONTENT}):
        assert main(["models", "pull", "owner/repo:Q5_0"]) == 2
    err = capfd.readouterr().err
    assert "there are: Q4_0, Q8_0" in err
    assert "reviewbot models pull owner/repo:Q4_0" in err


# What there is, and what it needs


def test_show_without_a_name_lists_every_model_and_the_quantisations(reviewbot: Reviewbot) -> None:
    text = reviewbot("models", "show").out
    names = {line.split()[0] for line in text.splitlines() if line.startswith("   ")}
    assert {card.name for card in cards()} | set(guide()) <= names


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_show_tells_all_of_a_model(card: Card) -> None:
    text = model_text.card_text(card)
    assert card.hub in text
    assert card.licence in text
    for use in card.suits or (card.why_not or "?",):
        assert use in text
    for key in (*card.sources.values(), *(score.source for score in card.scores)):
        assert f"[{key}] {sources()[key]}" in text
    rows = [line.split() for line in text.splitlines() if line.split()[:1] == [card.quantization]]
    for row in rows:
        *parts, total = (int(cell.replace(",", "")) for cell in row[1:6])
        assert sum(parts) == total


def test_show_shows_the_error_of_the_popular_rule(reviewbot: Reviewbot) -> None:
    text = reviewbot("models", "show", "codellama:7b").out
    (row,) = (line.split() for line in text.splitlines() if line.startswith("   Q4_0"))
    assert row[-3:] == ["3,856", "-56%", "codellama:7b"]


def test_show_of_a_name_that_names_nothing_answers_with_the_real_ones(
    reviewbot: Reviewbot,
) -> None:
    run = reviewbot("models", "show", "DeepSeek Coder V3")
    assert run.code == 0
    assert run.out.startswith("There is no DeepSeek Coder V3: ")
    assert "\ndeepseek-coder-v2:16b: deepseek-ai/" in run.out
    assert "\nqwen3-coder:30b: Qwen/" in run.out


def test_show_of_an_unknown_name_offers_the_nearest(reviewbot: Reviewbot) -> None:
    run = reviewbot("models", "show", "qwen2.5-coder:8b")
    assert (run.code, run.out) == (2, "")
    assert 'did you mean "qwen2.5-coder:' in run.err


def test_a_name_cannot_drive_the_terminal(reviewbot: Reviewbot) -> None:
    run = reviewbot("models", "show", "codellama 3 \x1b]0;x\x07")
    assert "\x1b" not in run.out + run.err


@pytest.mark.parametrize("vram", ["4", "8", "12", "16", "24", "48"])
def test_recommend_shows_a_sum_that_adds_up(vram: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "recommend", "--vram", vram]) == 0
    text = capfd.readouterr().out
    assert f"90% of a GPU with {vram} GiB" in text
    sums = re.findall(
        r"weights +([\d,]+) .*\n +KV cache +([\d,]+) .*\n +compute +([\d,]+) .*\n"
        r" +overhead +([\d,]+) .*\n +total +([\d,]+)  of ([\d,]+);",
        text,
    )
    assert len(sums) == 2
    for row in sums:
        *parts, total, room = (int(cell.replace(",", "")) for cell in row)
        assert sum(parts) == total <= room
    assert text.count("ollama pull ") == 2
    assert text.count("popular rule") == 2


def test_recommend_for_this_machine_names_it(reviewbot: Reviewbot) -> None:
    run = reviewbot("models", "recommend")
    assert run.code == 0
    assert run.out.startswith("machine: ")
    assert re.search(r" [0-9]+ cores?; ", run.out)
    assert "\nreview: " in run.out
    assert "\nreasoning: " in run.out


def _recommended(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], machine: Machine
) -> str:
    monkeypatch.setattr(hardware, "machine", lambda: machine)
    assert main(["models", "recommend"]) == 0
    return capfd.readouterr().out


def test_recommend_says_where_nothing_fits(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = _recommended(monkeypatch, capfd, Machine((), 1, GIB, GIB // 2))
    assert "review: nothing of the catalogue fits" in text
    assert "reasoning: nothing of the catalogue fits" in text


def test_recommend_names_the_weights_for_a_machine_without_server(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = _recommended(monkeypatch, capfd, Machine((), 1, 4 * GIB, 3200 * MIB))
    assert "review: qwen2.5-coder:1.5b" in text
    assert "models pull qwen2.5-coder-1.5b (qwen2.5-coder-1.5b-instruct-q4_k_m.gguf)" in text
    assert "; 1 core;" in text
    assert "weights copied into another order" in text


def test_recommend_tells_of_the_gpu_and_of_the_setting_for_its_cache(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    gpu = Gpu("NVIDIA", "NVIDIA GeForce RTX 4090", 24564 * MIB, 22118 * MIB)
    text = _recommended(monkeypatch, capfd, Machine((gpu,), 16, 64 * GIB, 60 * GIB))
    assert "NVIDIA GeForce RTX 4090 with 24,564 MiB, 22,118 of them for a model" in text
    assert "review: qwen2.5-coder:32b, Q4_K_M" in text
    assert "set OLLAMA_KV_CACHE_TYPE=q8_0 for the server" in text


def test_another_size_of_gpu_is_an_error(reviewbot: Reviewbot) -> None:
    assert reviewbot("models", "recommend", "--vram", "7").code == 2


def test_pull_of_a_name_that_names_nothing_leads_to_the_real_one(reviewbot: Reviewbot) -> None:
    run = reviewbot("models", "pull", "DeepSeek Coder V3")
    assert run.code == 2
    assert "coder line ends with V2" in run.err
    assert "reviewbot models show deepseek-coder-v2:16b" in run.err


def test_columns_of_a_table_stand_where_a_terminal_shows_them() -> None:
    rows = [("日本語モデル", "1", "x"), ("model", "12", "y")]
    lines = model_text.table(("name", "GB", ""), rows).splitlines()
    assert lines == ["   name          GB", "   日本語モデル   1  x", "   model         12  y"]
