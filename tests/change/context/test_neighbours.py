from __future__ import annotations

import pytest

from reviewbot.change.context.neighbours import MOST_FOR_ONE, Neighbours
from reviewbot.change.context.source import read_source

TREE = [
    "README.md",
    "shop/__init__.py",
    "shop/cart.py",
    "shop/tax/__init__.py",
    "shop/tax/rates.py",
    "other/rates.py",
    "web/src/cart-item.model.ts",
    "web/src/util/index.js",
    "web/src/util/money.js",
    "src/com/acme/Order.java",
    "src/com/acme/Basket.java",
    "src/com/acme/Unrelated.java",
    "net/http.h",
    "net/http.cc",
    "pkg/store/store.go",
    "pkg/store/cache.go",
    "crates/src/parse/mod.rs",
    "crates/src/lexer.rs",
    "lib/cart.rb",
    "lib/cart.py",
]


@pytest.mark.parametrize(
    ("home", "text", "wanted"),
    [
        ("shop/order.py", "from shop.cart import total\n", ["shop/cart.py"]),
        ("shop/order.py", "from .cart import total\n", ["shop/cart.py"]),
        ("shop/order.py", "import shop.tax.rates as r\n", ["shop/tax/rates.py"]),
        ("shop/order.py", "from shop.tax import vat\n", ["shop/tax/__init__.py"]),
        ("web/src/a.ts", 'import { Item } from "./cart-item.model";\n',
         ["web/src/cart-item.model.ts"]),
        ("web/src/a.ts", 'import { round } from "./util";\n', ["web/src/util/index.js"]),
        ("web/src/a.js", 'const m = require("./util/money.js");\n', ["web/src/util/money.js"]),
        ("net/server.cc", '#include "net/http.h"\n', ["net/http.h"]),
        ("crates/src/main.rs", "use crate::lexer::Token;\n", ["crates/src/lexer.rs"]),
        ("crates/src/main.rs", "use crate::parse::parse;\n", ["crates/src/parse/mod.rs"]),
        ("bin/run.rb", 'require_relative "../lib/cart"\n', ["lib/cart.rb"]),
        ("shop/order.py", "import os\nimport json\n", []),
    ],
)  # fmt: skip
def test_an_import_leads_to_its_file(home: str, text: str, wanted: list[str]) -> None:
    found = Neighbours(TREE).of(read_source(home, text), [])
    assert found[: len(wanted)] == wanted
    assert wanted or not found


def test_a_package_is_seen_without_import_and_used_names_go_first() -> None:
    source = read_source("src/com/acme/Shop.java", "package com.acme;\nclass Shop {}\n")
    found = Neighbours(TREE).of(source, ["Order"])
    assert found[0] == "src/com/acme/Order.java"
    assert set(found) == {path for path in TREE if path.endswith(".java")}


def test_a_file_is_no_neighbour_of_itself() -> None:
    source = read_source("pkg/store/store.go", "package store\n")
    assert Neighbours(TREE).of(source, []) == ["pkg/store/cache.go"]


def test_neighbours_have_a_bound() -> None:
    tree = [f"pkg/file{number}.go" for number in range(100)]
    found = Neighbours(tree).of(read_source("pkg/main.go", "package pkg\n"), ["file77"])
    assert len(found) == MOST_FOR_ONE
    assert found[0] == "pkg/file77.go"
