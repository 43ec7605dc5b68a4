from __future__ import annotations

import pytest

from reviewbot.change.context.excerpt import Excerpt, excerpts
from reviewbot.change.context.related import MOST, Home, Shelf, referring
from reviewbot.change.context.source import Reference, Source, read_source
from tests.change import captured
from tests.conftest import Repository

CART = """\
import json
from decimal import Decimal

LIMIT = 30


def rounded(value):
    \"\"\"To cents.\"\"\"
    step = Decimal("0.01")
    return value.quantize(step)


class Cart:
    def __init__(self, items):
        self.items = items

    def total(self):
        return 0


{gap}

def checkout(cart):
    return None
"""
TEXT = CART.format(gap="\n".join(f"x{number} = {number}" for number in range(40)))


def _excerpt(repository: Repository, new: str, name: str = "cart.py") -> tuple[Excerpt, Source]:
    repository.stage(name, TEXT)
    repository.commit()
    repository.stage(name, new)
    source = read_source(name, new)
    (excerpt,) = excerpts(captured(repository)[name], source)
    return excerpt, source


def _references(
    repository: Repository, statement: str, others: tuple[Source, ...] = ()
) -> list[Reference]:
    excerpt, source = _excerpt(repository, TEXT.replace("return None", statement))
    return list(referring(excerpt, Home(source), Shelf(others), ()).references)


def _first_lines(references: list[Reference]) -> list[str]:
    return [reference.lines[0][1].strip() for reference in references]


def test_definitions_that_the_change_uses_come_nearest_first(repository: Repository) -> None:
    found = _references(repository, "return rounded(Cart(cart).total()) > LIMIT")
    assert [reference.name for reference in found][:4] == ["total", "Cart", "rounded", "LIMIT"]
    assert found[0].lines[0] == (17, "    def total(self):")


def test_a_definition_is_short(repository: Repository) -> None:
    (found, *_) = _references(repository, "return rounded(cart)")
    text = "\n".join(line for _, line in found.lines)
    assert text.startswith("def rounded(value):")
    assert "step" not in text


def test_imports_are_among_the_references(repository: Repository) -> None:
    found = _references(repository, "return json.dumps(cart)")
    assert found == [
        Reference("cart.py", "", ((1, "import json"), (2, "from decimal import Decimal")))
    ]


def test_of_many_imports_only_those_in_use_are_shown(repository: Repository) -> None:
    many = "".join(f"import module{number}\n" for number in range(20))
    repository.stage("cart.py", many + TEXT)
    repository.commit()
    new = many + TEXT.replace("return None", "return module7.f(cart)")
    repository.stage("cart.py", new)
    source = read_source("cart.py", new)
    (excerpt,) = excerpts(captured(repository)["cart.py"], source)
    (imports,) = referring(excerpt, Home(source), Shelf([]), ()).references
    assert imports.lines == ((8, "import module7"),)


def test_what_the_excerpt_shows_is_not_shown_twice(repository: Repository) -> None:
    found = _references(repository, "return checkout(None)")
    assert "checkout" not in [reference.name for reference in found]


def test_a_name_with_two_definitions_is_not_guessed(repository: Repository) -> None:
    one = read_source("a.py", "def tax(rate):\n    return rate\n")
    two = read_source("b.py", "def tax(country):\n    return 0\n")
    names = [found.name for found in _references(repository, "return tax(1)", (one, two))]
    assert "tax" not in names
    found = _references(repository, "return tax(2)", (one,))
    assert found[-1] == Reference("a.py", "tax", ((1, "def tax(rate):"),))


def test_own_definitions_go_before_those_of_others(repository: Repository) -> None:
    other = read_source("a.py", "def rounded(anything):\n    pass\n")
    found = _references(repository, "return rounded(cart)", (other,))
    assert [(item.path, item.name) for item in found if item.name] == [("cart.py", "rounded")]


def test_too_many_references_are_named_as_left_out(repository: Repository) -> None:
    names = " + ".join(f"x{number}" for number in range(30))
    excerpt, source = _excerpt(repository, TEXT.replace("return None", f"return {names}"))
    found = referring(excerpt, Home(source), Shelf([]), ("definitions in far.py",))
    assert len(found.references) == MOST
    assert "definitions in far.py" in found.left_out
    assert sum(label.startswith("definition of x") for label in found.left_out) >= 30 - MOST


@pytest.mark.parametrize("word", ["checkout", "cart"])
def test_names_are_those_of_changed_lines(repository: Repository, word: str) -> None:
    excerpt, _ = _excerpt(repository, TEXT.replace("return None", "return 1"))
    assert word not in excerpt.names
    assert list(excerpt.names) == ["return", "None"]
