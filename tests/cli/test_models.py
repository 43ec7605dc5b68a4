"""`reviewbot models`: the catalogue on the screen, and fetching from a source of the test's own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.cli.main import main
from reviewbot.models import sources, weights
from reviewbot.models.catalog import all_weights
from tests.conftest import Reviewbot

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
    monkeypatch.setattr(sources, "of", lambda _: [source])
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
