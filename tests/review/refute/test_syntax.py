from __future__ import annotations

import pytest

from reviewbot.review.refute.files import Files
from tests.review.refute import added, judged

WHOLE = {
    "a.py": "def f(x):\n    return g(x)[0]\n",
    "a.js": "function f(x) {\n  return g(x)[0];\n}\n",
    "a.ts": "function f(x: number) {\n  return g(x)[0];\n}\n",
    "a.go": "package a\n\nfunc f(x int) int {\n\treturn g(x)[0]\n}\n",
    "A.java": "class A {\n  int f(int x) {\n    return g(x)[0];\n  }\n}\n",
    "a.c": "int f(int x) {\n  return g(x)[0];\n}\n",
}
CLAIMS = (
    "Syntax error: missing closing parenthesis.",
    "There is a syntax error on this line.",
    "The closing bracket is missing, so the file does not compile.",
    "閉じ括弧が足りません。",
    "缺少右括号。",
)


def _line(text: str) -> str:
    return next(line for line in text.split("\n") if "return" in line)


@pytest.mark.parametrize("path", WHOLE)
@pytest.mark.parametrize("message", CLAIMS)
def test_of_a_file_that_parses_it_is_refuted(path: str, message: str) -> None:
    text = WHOLE[path]
    assert judged(added(path, text), _line(text), message) == "parses"


@pytest.mark.parametrize("path", WHOLE)
@pytest.mark.parametrize("message", CLAIMS)
def test_of_a_file_with_the_error_it_passes(path: str, message: str) -> None:
    text = WHOLE[path].replace("g(x)[0]", "g(x[0]")
    assert judged(added(path, text), _line(text), message) is None


@pytest.mark.parametrize("path", WHOLE)
def test_without_the_whole_text_it_passes(path: str) -> None:
    chunk = added(path, WHOLE[path])
    assert judged(chunk, _line(WHOLE[path]), CLAIMS[0], Files({})) is None


def test_without_a_parser_it_passes() -> None:
    assert judged(added("a.rb", "def f(x)\n  g(x)\nend\n"), "  g(x)", CLAIMS[0]) is None


@pytest.mark.parametrize(
    ("path", "text", "quote", "message"),
    [
        ("a.py", "q = 'IN (' + x\n", "q = 'IN (' + x", "Missing closing parenthesis."),
        ("a.py", "q = f'{h}{p}'\n", "q = f'{h}{p}'", "Missing colon between host and port."),
        ("a.py", 'q = """\nIN (%s\n"""\n', "IN (%s", "Missing closing parenthesis on this line."),
        ("a.js", "q = `\nIN (${x}\n`;\n", "IN (${x}", "Missing closing bracket on this line."),
        ("a.py", "f(x)\n", "f(x)", "Syntax error in the generated SQL."),
        ("a.py", "match x:\n    case 1: y()\n", "match x:", "A syntax error before version 3.10."),
        ("a.py", "f(a | b)\n", "f(a | b)", "Missing parentheses around a | b."),
        ("a.js", "function f() { await g(); }\n", "function f() { await g(); }",
         "Syntax error: await outside of an async function."),
        ("a.js", "const a = b\n[1].map(c)\n", "const a = b", "Missing semicolon."),
        ("a.js", "JSON.parse(x);\n", "JSON.parse(x);", "A SyntaxError is thrown for no body."),
        ("a.c", "char b[3];\nint f(void);\n", "char b[3];", "Unterminated string"),
        ("a.c", "#define F(x) g(x\nint y;\n", "#define F(x) g(x", "Missing closing parenthesis."),
        ("a.py", "f(x)\n", "f(x)", "Missing colon on this line. The index is also off by one."),
    ],
)  # fmt: skip
def test_what_no_parser_of_the_file_judges_passes(
    path: str, text: str, quote: str, message: str
) -> None:
    assert judged(added(path, text), quote, message) is None
