from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.context.enclosing import LONGEST_REACH
from reviewbot.change.context.excerpt import MARGIN, Excerpt, excerpts
from reviewbot.change.context.source import read_source
from reviewbot.changeset import FileChange, Line, LineKind
from tests.change import captured
from tests.conftest import Repository

MODULE = """\
import math


class Shape:
    sides = 0

    def area(self, r):
        r = float(r)
        return 3 * r * r

    @property
    def name(self):
        return "shape"


def other():
    return 1
"""


def _excerpts(
    repository: Repository, old: str | bytes, new: str | bytes, name: str = "f.py"
) -> tuple[Excerpt, ...]:
    repository.stage(name, old)
    repository.commit()
    repository.stage(name, new)
    content = new if isinstance(new, str) else new.decode("utf-8", "surrogateescape")
    return excerpts(captured(repository)[name], read_source(name, content))


def _new(excerpt: Excerpt) -> list[str]:
    return [line.text for line in excerpt.lines if line.new_no is not None]


def test_a_change_in_a_method_is_shown_in_its_class(repository: Repository) -> None:
    (excerpt,) = _excerpts(repository, MODULE, MODULE.replace("3 *", "math.pi *"))
    assert _new(excerpt)[0] == "class Shape:"
    assert _new(excerpt)[-1] == '        return "shape"'
    assert [line.text for line in excerpt.lines if line.kind is LineKind.REMOVED] == [
        "        return 3 * r * r"
    ]


def test_a_decorator_belongs_to_its_definition(repository: Repository) -> None:
    text = "x = 1\n" * 40 + "@cache\n@other\ndef f():\n    a()\n    b()\n" + "y = 1\n" * 40
    (excerpt,) = _excerpts(repository, text, text.replace("b()", "c()"))
    assert _new(excerpt) == ["@cache", "@other", "def f():", "    a()", "    c()"]


def test_two_changes_in_one_definition_share_an_excerpt(repository: Repository) -> None:
    body = "".join(f"    line({number})\n" for number in range(25))
    text = f"def f():\n{body}"
    new = text.replace("line(2)", "two()").replace("line(22)", "twenty()")
    (excerpt,) = _excerpts(repository, text, new)
    assert len([line for line in excerpt.lines if line.changed]) == 4


def test_changes_far_apart_are_two_excerpts(repository: Repository) -> None:
    text = "".join(f"line {number}\n" for number in range(60))
    found = _excerpts(
        repository, text, text.replace("line 5\n", "V\n").replace("line 50\n", "L\n"), "f.txt"
    )
    assert len(found) == 2


def test_a_definition_out_of_reach_gives_way_to_a_margin(repository: Repository) -> None:
    body = "".join(f"    line({number})\n" for number in range(100))
    text = f"def f():\n{body}"
    (excerpt,) = _excerpts(repository, text, text.replace("line(50)", "fifty()"))
    assert len(_new(excerpt)) == 2 * MARGIN + 1
    assert excerpt.header == "def f():"


def test_a_file_that_does_not_parse_still_has_surroundings(repository: Repository) -> None:
    text = "def f(:\n" + "".join(f"line {number}\n" for number in range(60))
    (excerpt,) = _excerpts(repository, text, text.replace("line 30\n", "XXX\n"))
    assert "XXX" in _new(excerpt)
    assert len(_new(excerpt)) <= 2 * LONGEST_REACH


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_numbers_hold_whatever_ends_a_line(repository: Repository, end: str) -> None:
    old = f"a = 1{end}b = 2{end}def f():{end}    return 1{end}".encode() + b"\n"
    found = _excerpts(repository, old, old.replace(b"return 1", b"return 2"))
    assert any("return 2" in text for excerpt in found for text in _new(excerpt))


@pytest.mark.parametrize(
    "text",
    [
        b"# -*- coding: nonsense -*-\ndef f():\n    pass\n",
        b"# -*- coding: rot13 -*-\ndef f():\n    pass\n",
        b"# -*- coding: utf-16 -*-\ndef f():\n    pass\n",
        b"\xef\xbb\xbfdef f():\n    pass\n",
        b"def f():\n    '\xe9'\n    pass\n",
        b"def f():\n    x = '\\d'\n    pass\n",
        b"def f():\x0c\n\x0c\n    pass\n",
        b"x = " + b"(" * 5000 + b"\npass\n",
        b"x = " + b"-" * 50_000 + b"1\npass\n",
    ],
)
def test_no_python_file_is_too_odd_to_be_shown(repository: Repository, text: bytes) -> None:
    (excerpt,) = _excerpts(repository, text, text.replace(b"pass", b"fail"))
    assert any(line.text.endswith("fail") for line in excerpt.lines if line.changed)


def test_an_emptied_file_shows_what_was_removed(repository: Repository) -> None:
    (excerpt,) = _excerpts(repository, "one\ntwo\n", "")
    assert [(line.text, line.new_no) for line in excerpt.lines] == [("one", None), ("two", None)]


def test_a_patch_from_outside_shows_its_hunks() -> None:
    line = Line(LineKind.ADDED, "x", None, 1)
    file = FileChange("f.py", "f.py", "A")
    assert excerpts(file, None) == ()
    assert excerpts(file, read_source("f.py", "")) == ()
    assert line.changed


_OLD_LINES = st.lists(
    st.sampled_from(["", "a", "    b", "def f():", "        c", "}"]), max_size=60
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(old=_OLD_LINES, new=_OLD_LINES, name=st.sampled_from(["f.py", "f.js"]))
def test_every_changed_line_is_in_exactly_one_excerpt(
    repository: Repository, old: list[str], new: list[str], name: str
) -> None:
    old_text, new_text = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    repository.stage(name, old_text)
    repository.commit()
    repository.stage(name, new_text)
    for file in captured(repository).values():
        found = excerpts(file, read_source(name, new_text))
        shown = [line for excerpt in found for line in excerpt.lines]
        assert [line for line in shown if line.changed] == [
            line for hunk in file.hunks for line in hunk.lines if line.changed
        ]
        for line in shown:
            assert line.new_no is None or new[line.new_no - 1] == line.text
            assert line.old_no is None or old[line.old_no - 1] == line.text
        for excerpt in found:
            numbers = [line.new_no for line in excerpt.lines if line.new_no is not None]
            assert all(one + 1 == two for one, two in pairwise(numbers))


def test_a_definition_in_reach_of_its_middle_swallows_what_stands_at_its_ends(
    repository: Repository,
) -> None:
    text = "def f():\n" + "".join(f"    line({number})\n" for number in range(2, 51))
    new = text
    for number in (5, 17, 25):
        new = new.replace(f"line({number})", f"edited({number})")
    (excerpt,) = _excerpts(repository, text, new)
    assert _new(excerpt) == new.splitlines()
