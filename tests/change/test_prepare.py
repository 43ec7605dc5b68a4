"""The whole way from git to excerpts, on real repositories."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.context import library
from reviewbot.change.context.excerpt import Edited, Excerpt
from reviewbot.changeset import Line
from reviewbot.prompting.budget import Budget
from reviewbot.prompting.chunk import Chunk, cut
from tests.change import prepared
from tests.conftest import Repository

TOKEN = "ghp_" + "a1B2c3D4" * 4 + "e5F6"
RATES = "def vat(country):\n    return 20\n\n\ndef duty(country, value):\n    return 0\n"
CART = "from shop.rates import vat\n\n\ndef total(items):\n    return sum(items)\n"


def _excerpt(repository: Repository) -> Excerpt:
    (excerpt,) = prepared(repository).excerpts
    return excerpt


def _shop(repository: Repository) -> None:
    repository.stage("shop/rates.py", RATES)
    repository.stage("shop/cart.py", CART)
    repository.commit()


def test_a_name_is_looked_up_in_the_file_that_is_imported(repository: Repository) -> None:
    _shop(repository)
    repository.stage("shop/cart.py", CART.replace("sum(items)", "sum(items) + vat('jp')"))
    found = {reference.name: reference for reference in _excerpt(repository).references}
    assert found["vat"].path == "shop/rates.py"
    assert found["vat"].lines[0] == (1, "def vat(country):")


def test_definitions_come_from_the_index_and_not_from_the_working_tree(
    repository: Repository,
) -> None:
    _shop(repository)
    repository.stage("shop/rates.py", RATES.replace("def vat(country)", "def vat(staged)"))
    repository.write("shop/rates.py", RATES.replace("def vat(country)", "def vat(unstaged)"))
    repository.stage("shop/cart.py", CART.replace("sum(items)", "sum(items) + vat('jp')"))
    excerpts = {excerpt.path: excerpt for excerpt in prepared(repository).excerpts}
    found = [item for item in excerpts["shop/cart.py"].references if item.name == "vat"]
    assert found[0].lines[0][1] == "def vat(staged):"


def test_an_edited_definition_is_at_hand_before_and_after(repository: Repository) -> None:
    _shop(repository)
    new = CART.replace("return sum(items)", "items = list(items)\n    return sum(items) + 1")
    repository.stage("shop/cart.py", new)
    (edited,) = _excerpt(repository).edited
    assert isinstance(edited, Edited)
    assert edited.name == "total"
    assert edited.old == "def total(items):\n    return sum(items)"
    assert edited.new == ("def total(items):\n    items = list(items)\n    return sum(items) + 1")


def test_a_changed_signature_belongs_to_both_sides(repository: Repository) -> None:
    _shop(repository)
    repository.stage("shop/cart.py", CART.replace("def total(items)", "def total(items, tax=0)"))
    (edited,) = _excerpt(repository).edited
    assert edited.old.startswith("def total(items):")
    assert edited.new.startswith("def total(items, tax=0):")


def test_a_definition_removed_above_belongs_to_none(repository: Repository) -> None:
    gone = "def gone():\n    return 0\n\n\n"
    repository.stage("f.py", f"{gone}def stays():\n    return 1\n")
    repository.commit()
    repository.stage("f.py", "def stays():\n    return 2\n")
    edited = [each for excerpt in prepared(repository).excerpts for each in excerpt.edited]
    assert [(each.old, each.new) for each in edited] == [
        ("def stays():\n    return 1", "def stays():\n    return 2")
    ]


def test_secrets_of_neighbours_are_masked_too(repository: Repository) -> None:
    repository.stage("keys.py", f"TOKEN = '{TOKEN}'\n")
    repository.stage("f.py", "import keys\n")
    repository.commit()
    repository.stage("f.py", "import keys\n\nprint(keys.TOKEN)\n")
    references = {item.name: item for item in _excerpt(repository).references}
    assert references["TOKEN"].lines == ((1, "TOKEN = '[secret]'"),)
    assert TOKEN not in repr(prepared(repository))


def test_neighbours_over_the_bound_are_named(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _shop(repository)
    repository.stage("shop/cart.py", CART.replace("sum(items)", "sum(items) + vat('jp')"))
    monkeypatch.setattr(library, "MOST_NEIGHBOURS", 0)
    assert _excerpt(repository).left_out == ("definitions in shop/rates.py",)


def test_skipped_files_have_no_excerpts_but_their_secrets_are_told(
    repository: Repository,
) -> None:
    repository.stage(".env", f"GITHUB_TOKEN={TOKEN}\n")
    repository.stage("poetry.lock", f"token = '{TOKEN}'\n")
    found = prepared(repository)
    assert found.excerpts == ()
    assert [entry.reason for entry in found.selection.skipped] == ["key file", "lock file"]
    assert sorted(leak.path for leak in found.leaks) == [".env", "poetry.lock"]
    assert TOKEN not in repr(found)


_LINE = st.sampled_from(
    ["", "import os", "def f(x):", "    return x", "class C:", "    def m(self):",
     "        x = f(1)", "function g() {", "  return 1;", "}", "word " * 60, "word " * 900,
     "<<<<<<< HEAD", "key = 'AKIA" + "IOSFODNN7EXAMPLE'"]
)  # fmt: skip
_TREE = st.dictionaries(
    st.sampled_from(["a.py", "b.js", "c.go", "d.txt", "e.sh", "f.lock", "g.rb"]),
    st.lists(_LINE, max_size=50).map(lambda lines: "".join(f"{line}\n" for line in lines)),
    min_size=1,
)
_Key = tuple[str, str, int | None]


def _keys(path: str, lines: Iterable[Line]) -> list[_Key]:
    return [(path, line.kind.value, line.new_no or line.old_no) for line in lines if line.changed]


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(old=_TREE, new=_TREE, window=st.sampled_from([700, 1200, 8192]))
def test_every_changed_line_is_answered_for_once_or_skipped_by_name(
    repository: Repository, old: dict[str, str], new: dict[str, str], window: int
) -> None:
    for tree in (old, new):
        repository.git("read-tree", "--empty")
        for name, text in tree.items():
            repository.stage(name, text)
        if tree is old:
            repository.commit()
    found = prepared(repository)
    answered = [
        key
        for part in cut(found.excerpts, Budget(window, 100, 300))
        for key in _keys(part.path, part.own if isinstance(part, Chunk) else [part.line])
    ]
    skipped = {entry.path for entry in found.selection.skipped if entry.reason}
    for file in found.change_set.files:
        wanted = _keys(file.path, (line for hunk in file.hunks for line in hunk.lines))
        assert len(wanted) == file.changed
        held = [key for key in answered if key[0] == file.path]
        assert sorted(held, key=str) == ([] if file.path in skipped else sorted(wanted, key=str))
