"""An explanation on a terminal."""

from __future__ import annotations

from rich.cells import cell_len

from reviewbot.explain.explanation import Draft, Statement
from reviewbot.explain.formats.text import draft_lines
from reviewbot.finding import Location, Side


def test_an_explanation_in_japanese_is_wrapped_by_the_cells_it_takes() -> None:
    said = "`cancel` は検査を削除するため、誰でも注文を取り消せるようになります。" * 3
    risk = Statement(said, (Location("店/注文.py", Side.NEW, 3, 4),))
    lines = list(draft_lines(Draft(said, risks=(risk,))))
    risks = lines[lines.index("Risks") + 1 :]
    assert {cell_len(line) > 86 for line in risks[:-1]} == {True}
    assert all(cell_len(line) <= 92 for line in lines)
    told = "".join("".join(risks).split())
    assert told == "".join(f"-{said}[店/注文.py:3-4]".split())
