from __future__ import annotations

import pytest

from reviewbot.review.refute.files import Files
from tests.review.refute import added, chunk_of, judged

PYTHON = """\
import os
from shop import (
    cart as basket,
)
try:
    import yaml
except ImportError:
    pass

RATE = later(3)

def later(x):
    if x:
        item = 1
    total = item + x
    print(total, os, basket, yaml, self.RATE)
    [os for os in x]
    return missing(RATE)

def outer(rows, count):
    first = rows
    spare = 2
    def inner(spare):
        return spare
    return inner(first)
"""
SCRIPT = """\
import { a as b } from './a';
import type { T } from './t';
export function run(first, cb = (inner) => inner, { late }) {
  const kept = b(first);
  const shadowed = 1;
  const set = 2;
  first.map((shadowed) => {
    return shadowed;
  });
  set = 3;
  return kept + a + inner;
}
"""
GO = """\
package store

import js "encoding/json"

type Box struct{}

func (b *Box) Open(name string) error {
\treturn js.Unmarshal(nil, helper(name, json, Open))
}

func helper(v any, cb func(err error) int) error { return err }
"""
JAVA = """\
import java.util.List;

class Cart {
  int size(List<Item> items) {
    int count = 0;
    int other = 0;
    other = 2;
    use(items.other());
    return count + Item.MAX;
  }
}
"""
C = """\
int early(int n) { return n; }
struct tag { int x; };

int use(int n) {
  return early(n) + late(n) + tag;
}

int late(int n) { return n; }
"""
SET_TWICE = "package a\nfunc f() error {\n\terr := a()\n\terr = b()\n\treturn err\n}\n"
JS = SCRIPT.replace("import type { T } from './t';", "")


@pytest.mark.parametrize(
    ("path", "text", "quote", "name", "outcome"),
    [
        ("a.py", PYTHON, "    print(total, os, basket, yaml, self.RATE)", "basket", "defined"),
        ("a.py", PYTHON, "    print(total, os, basket, yaml, self.RATE)", "print", "defined"),
        # bound by the comprehension, too: which of both is meant takes more than a look
        ("a.py", PYTHON, "    print(total, os, basket, yaml, self.RATE)", "os", None),
        # bound in a `try`, on one branch, further below, or nowhere
        ("a.py", PYTHON, "    print(total, os, basket, yaml, self.RATE)", "yaml", None),
        ("a.py", PYTHON, "    total = item + x", "item", None),
        ("a.py", PYTHON, "RATE = later(3)", "later", None),
        ("a.py", PYTHON, "    return missing(RATE)", "missing", None),
        ("a.py", PYTHON, "    return missing(RATE)", "RATE", "defined"),
        ("a.py", PYTHON, "    total = item + x", "x", "defined"),
        ("a.py", PYTHON, "    first = rows", "rows", "defined"),
        ("a.ts", SCRIPT, "  const kept = b(first);", "b", "defined"),
        ("a.ts", SCRIPT, "  const kept = b(first);", "first", "defined"),
        ("a.ts", SCRIPT, "  return kept + a + inner;", "a", None),
        ("a.ts", SCRIPT, "  return kept + a + inner;", "inner", None),
        ("a.ts", SCRIPT, "  const shadowed = 1;", "T", None),
        ("a.js", JS, "  const kept = b(first);", "b", "defined"),
        ("a.go", GO, "\treturn js.Unmarshal(nil, helper(name, json, Open))", "helper", "defined"),
        ("a.go", GO, "\treturn js.Unmarshal(nil, helper(name, json, Open))", "js", "defined"),
        ("a.go", GO, "\treturn js.Unmarshal(nil, helper(name, json, Open))", "name", "defined"),
        ("a.go", GO, "\treturn js.Unmarshal(nil, helper(name, json, Open))", "json", None),
        ("a.go", GO, "\treturn js.Unmarshal(nil, helper(name, json, Open))", "Open", None),
        (
            "a.go",
            GO,
            "func helper(v any, cb func(err error) int) error { return err }",
            "err",
            None,
        ),
        ("A.java", JAVA, "  int size(List<Item> items) {", "List", "defined"),
        ("A.java", JAVA, "    return count + Item.MAX;", "Item", None),
        ("a.c", C, "  return early(n) + late(n) + tag;", "early", "defined"),
        ("a.c", C, "  return early(n) + late(n) + tag;", "late", None),
        ("a.c", C, "  return early(n) + late(n) + tag;", "tag", None),
        (
            "a.c",
            C.replace("int early", "#if X\nint early"),
            "struct tag { int x; };",
            "early",
            None,
        ),
        ("a.rb", "def f(x)\n  x\nend\n", "  x", "x", None),
    ],
)
def test_a_name_is_defined_where_the_file_binds_it(
    path: str, text: str, quote: str, name: str, outcome: str | None
) -> None:
    chunk = added(path, text)
    assert judged(chunk, quote, f"`{name}` is not defined.") == outcome


@pytest.mark.parametrize(
    ("path", "text", "quote", "name", "outcome"),
    [
        ("a.py", PYTHON, "    first = rows", "first", "used"),
        ("a.py", PYTHON, "    spare = 2", "spare", None),
        ("a.py", PYTHON, "def outer(rows, count):", "count", None),
        ("a.py", PYTHON, "def outer(rows, count):", "rows", "used"),
        ("a.py", PYTHON, "import os", "os", None),
        ("a.ts", SCRIPT, "  const kept = b(first);", "kept", "used"),
        ("a.ts", SCRIPT, "  const shadowed = 1;", "shadowed", None),
        ("a.ts", SCRIPT, "  const set = 2;", "set", None),
        ("a.ts", SCRIPT, "import { a as b } from './a';", "b", None),
        ("a.go", SET_TWICE, "\terr := a()", "err", None),
        ("a.py", "def f():\n    b = 1\n    b = g(2)\n    return b\n", "    b = 1", "b", None),
        ("a.py", "import os\ndef f(os):\n    return os\n", "import os", "os", None),
        ("A.java", JAVA, "    int count = 0;", "count", "used"),
        ("A.java", JAVA, "    int other = 0;", "other", None),
        ("a.c", "int f(void) {\n  int a = 1;\n  g(&a);\n}\n", "  int a = 1;", "a", "used"),
        ("a.go", GO, "func helper(v any, cb func(err error) int) error { return err }", "cb", None),
    ],
)
def test_a_name_is_used_where_other_lines_read_it(
    path: str, text: str, quote: str, name: str, outcome: str | None
) -> None:
    assert judged(added(path, text), quote, f"The variable `{name}` is never used.") == outcome


@pytest.mark.parametrize(
    "message",
    [
        "If x is false, `RATE` is not defined.",
        "`RATE` is not defined when the module is reloaded.",
        "`RATE` is not defined in `shop.rates`.",
        "The attribute `RATE` is not defined.",
        "`self.RATE` is not defined.",
        "`RATE` is not defined, and the total is rounded twice.",
        "`RATE` is not defined. The total is also rounded twice.",
        "`RATE` is undefined behaviour.",
        "The value of `RATE` is never used.",
        "The result of `missing` is never used.",
    ],
)
def test_a_claim_about_more_than_the_name_passes(message: str) -> None:
    assert judged(added("a.py", PYTHON), "    return missing(RATE)", message) is None


def test_of_a_patch_the_import_must_be_shown() -> None:
    chunk = chunk_of("a.py", " import os, sys as system\n from m import one\n+use(os, one)\n")
    told = {name: f"`{name}` is not imported." for name in ("os", "system", "one", "sys", "m")}
    found = {name: judged(chunk, "use(os, one)", text, Files({})) for name, text in told.items()}
    assert found == {"os": "defined", "system": "defined", "one": "defined", "sys": None, "m": None}


def test_a_file_with_an_error_proves_nothing() -> None:
    chunk = added("a.py", "import os\nos.path(\n")
    assert judged(chunk, "os.path(", "`os` is not imported.") is None
