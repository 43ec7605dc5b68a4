"""Each format, word for word. `python -m tests.data.regenerate` writes the files anew."""

from __future__ import annotations

from typing import get_args

import pytest

from reviewbot.settings import FormatName
from tests.data.regenerate import FOLDER, FORMATS, golden


@pytest.mark.parametrize("name", golden())
def test_a_report_is_the_golden_one(name: str) -> None:
    assert golden()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_each_format_has_golden_files() -> None:
    assert {name for name, _, _ in FORMATS} == set(get_args(FormatName))
