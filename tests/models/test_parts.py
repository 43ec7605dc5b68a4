"""Models in several files."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.models.parts import count_of, parts_of, stem_of


@pytest.mark.parametrize(
    ("name", "stem", "count"),
    [
        ("m.gguf", "m", 1),
        ("a/m-00002-of-00003.gguf", "a/m", 3),
        ("m-00002-of-00003.GGUF", "m", 3),
        ("m-2-of-3.gguf", "m-2-of-3", 1),
    ],
)
def test_stem_and_count(name: str, stem: str, count: int) -> None:
    assert (stem_of(name), count_of(name)) == (stem, count)


def test_the_parts_that_are_there(tmp_path: Path) -> None:
    names = ("m-00001-of-00002.gguf", "m-00002-of-00002.gguf", "n-00001-of-00002.gguf", "m.gguf")
    for name in names:
        (tmp_path / name).touch()
    assert parts_of(tmp_path / names[1]) == [tmp_path / name for name in names[:2]]
    assert parts_of(tmp_path / "m.gguf") == [tmp_path / "m.gguf"]
