from __future__ import annotations

import random
import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.syntax import Definition, brief, outline, python_ast, statement_starts
from reviewbot.change.syntax.language import LANGUAGES, language_of
from reviewbot.change.syntax.reading import DEEPEST_BRACKETS, LARGEST_BYTES, LONGEST_LINE
from tests.data.syntax.regenerate import SAMPLES, described

TEXTS = {path.stem: path.read_bytes().decode() for path in sorted(SAMPLES.glob("*.txt"))}
NAMES = sorted(TEXTS)


def _definitions(path: str, text: str) -> tuple[Definition, ...]:
    found = outline(path, text)
    assert found is not None
    return found.definitions


def _spans(path: str, text: str) -> list[tuple[str, int, int, int]]:
    return [(one.name, one.first, one.head_last, one.last) for one in _definitions(path, text)]


def _named(path: str, name: str) -> Definition:
    return next(one for one in _definitions(path, TEXTS[path]) if one.name == name)


def _check(path: str, text: str) -> None:
    """What holds of every outline, whatever the text."""
    found = outline(path, text)
    if found is None:
        return
    count = text.count("\n") + 1
    for one in found.definitions:
        assert 1 <= one.first <= one.head_last <= one.last <= count
    assert all(1 <= first <= last <= count for first, last in found.imports)
    for outer, inner in combinations(found.definitions, 2):
        assert outer.first <= inner.first
        assert inner.last <= outer.last or outer.last < inner.first
    assert statement_starts(path, text) <= set(range(1, count + 1))


@pytest.mark.parametrize("name", NAMES)
def test_the_outline_of_a_sample(name: str) -> None:
    assert described(name, TEXTS[name]) == (SAMPLES / f"{name}.outline").read_text("utf-8")


def test_there_is_one_sample_of_each_language() -> None:
    languages = [language_of(name, "") for name in NAMES]
    assert sorted(map(str, languages)) == sorted(LANGUAGES)


@pytest.mark.parametrize("name", NAMES)
def test_windows_line_ends_change_nothing(name: str) -> None:
    windows = TEXTS[name].replace("\n", "\r\n")
    if name != "shapes.c":  # a backslash before CR LF does not continue a macro in its grammar
        assert described(name, windows) == described(name, TEXTS[name])
    _check(name, windows)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "\n", "\n\n\n", " ", "\ufeff", "\udcff\udc80\n", "\x00"])
def test_text_without_code_has_no_definitions(name: str, text: str) -> None:
    _check(name, text)
    found = outline(name, text)
    assert found is None or not found.definitions


def test_python_without_its_grammar_reads_the_same() -> None:
    text = TEXTS["shapes.py"]
    assert python_ast.outline(text.encode()) == outline("shapes.py", text)
    assert python_ast.statement_starts(text.encode()) == statement_starts("shapes.py", text)


@pytest.mark.parametrize("path", ["conftest.py", "change/test_syntax.py", "serving.py"])
def test_real_python_without_its_grammar_reads_the_same(path: str) -> None:
    text = (SAMPLES.parent.parent / path).read_text("utf-8")
    assert python_ast.outline(text.encode()) == outline(path, text)
    assert python_ast.statement_starts(text.encode()) == statement_starts(path, text)


WITHOUT_THE_EXTRA = """
import sys
sys.modules["tree_sitter"] = None
from reviewbot.change.syntax import outline, statement_starts
print(outline("f.py", "def f(): pass\\n").definitions[0].name, outline("f.py", "def f(:\\n"))
print(outline("f.go", "package f\\n"), statement_starts("f.go", "package f\\n"))
"""


def test_without_the_extra_there_is_python_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA], capture_output=True, check=True, text=True
    )
    assert done.stdout == "f None\nNone frozenset()\n"


def test_grammars_are_loaded_for_the_languages_seen() -> None:
    code = (
        "import sys; from reviewbot.change.syntax import outline; "
        "before = 'tree_sitter' in sys.modules; outline('f.go', ''); "
        "print(before, sorted(name for name in sys.modules if name.startswith('tree_sitter_')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "False ['tree_sitter_go', 'tree_sitter_go._binding']\n"


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("a/b.PY", "", "python"),
        ("run", "#!/bin/sh\n", "bash"),
        ("run", "#!/usr/bin/env -S LANG=C python3.12 -u\n", "python"),
        ("run", "#!/usr/bin/awk -f\n", None),
        ("run", "#!\n", None),
        ("run.txt", "#!/bin/sh\n", None),
        ("Gemfile", "", "ruby"),
        ("a.h", "struct a { int b; };\n", "c"),
        ("a.h", "\nnamespace a {}\n", "cpp"),
        ("README", "text", None),
    ],
)
def test_the_language_of_a_file(path: str, text: str, language: str | None) -> None:
    assert language_of(path, text) == language


def test_an_unknown_language_has_no_outline() -> None:
    assert outline("notes.txt", "def f(): pass\n") is None
    assert statement_starts("notes.txt", "def f(): pass\n") == frozenset()


@pytest.mark.parametrize(
    ("path", "text", "spans"),
    [
        ("f.py", "def a(x,\n      *y):\n    pass\n", [("a", 1, 2, 3)]),
        ("f.py", "# far\n\n# near\ndef a():\n    # in\n    pass\n", [("a", 3, 4, 6)]),
        ("f.py", "x()  # beside\ndef a(): pass\n", [("a", 2, 2, 2)]),
        ("f.py", "if x:\n    pass\n    # inner\ndef a():\n    pass\n", [("a", 4, 4, 5)]),
        ("f.py", "def a():\n  \x0c  pass\n", [("a", 1, 1, 2)]),
        ("f.py", "type(x).y = 1\ntype A[T] = list[T]\n", [("A", 2, 2, 2)]),
        ("f.js", "function a() {\n} function b() {\n}\n", [("a", 1, 1, 2), ("b", 3, 3, 3)]),
        ("f.js", "var a = 1; var b = 2;\n", [("a", 1, 1, 1), ("b", 1, 1, 1)]),
        ("f.c", "/* one */ int a;\nint b;\n", [("a", 1, 1, 1), ("b", 2, 2, 2)]),
        ("f.cpp", "ns::T &S::f(int a)\n{\n}\n", [("S::f", 1, 1, 3)]),
        ("f.h", "#ifndef A\n#define A\nint f(void);\nextern int n;\n#endif\n",
         [("A", 2, 2, 2), ("f", 3, 3, 3), ("n", 4, 4, 4)]),
        ("f.rs", "/// Doc.\nfn a() {\n}\n", [("a", 1, 2, 3)]),
        ("f.rb", "class A\nend\n", [("A", 1, 1, 2)]),
        ("f.java", "class A { /** Doc. */\n  int b; }\n", [("A", 1, 1, 2), ("b", 2, 2, 2)]),
    ],
)  # fmt: skip
def test_where_a_definition_begins_and_ends(
    path: str, text: str, spans: list[tuple[str, int, int, int]]
) -> None:
    assert _spans(path, text) == spans


def test_an_error_hides_only_what_it_is_in() -> None:
    text = "def a():\n    return 1\n\nx = = )\n\ndef b():\n    return 2\n"
    assert _spans("f.py", text)[0] == ("a", 1, 1, 2)
    assert _spans("f.py", text)[-1] == ("b", 6, 6, 7)


@pytest.mark.parametrize("name", NAMES)
def test_merge_conflict_markers_leave_an_outline(name: str) -> None:
    lines = TEXTS[name].split("\n")
    lines[12:12] = ["<<<<<<< HEAD", *lines[8:12], "=======", "", ">>>>>>> other"]
    text = "\n".join(lines)
    _check(name, text)
    assert _definitions(name, text)


def test_a_lone_cr_is_no_line_end_to_git() -> None:
    assert _spans("f.py", "x = 1\rdef a():\r    pass\r\ndef b():\n    pass\n")[-1][1:] == (2, 2, 3)
    assert python_ast.outline(b"x = 1\rdef a(): pass\n") is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "x" * 5_000_000,
        "x = " + "(" * 5_000 + "1" + ")" * 5_000,
        "{" * 5_000 + "}" * 5_000,
        "{\n" * 100_000,
        "a\n" * LARGEST_BYTES,
    ],
    ids=["line", "parentheses", "blocks", "open", "large"],
)
def test_what_no_hand_wrote_has_no_outline(name: str, text: str) -> None:
    assert outline(name, text) is None
    assert statement_starts(name, text) == frozenset()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "{}" * (LONGEST_LINE // 2),
        "(" * DEEPEST_BRACKETS,
        "a=1;" * 5_000,
        "a " * (LONGEST_LINE // 2),
    ],
)
def test_odd_text_is_read_to_its_end(name: str, text: str) -> None:
    _check_cheaply(name, text)


def _check_cheaply(path: str, text: str) -> None:
    found = outline(path, text)
    assert found is None or all(one.last == 1 for one in found.definitions)
    assert statement_starts(path, text) <= {1}


def test_half_a_surrogate_pair_is_no_text_of_a_file() -> None:
    assert outline("f.py", "x = '\ud800'\n") is None


@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32), edits=st.integers(1, 8))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_broken_file_has_a_sound_outline(name: str, seed: int, edits: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    lines = TEXTS[name].split("\n")
    for _ in range(edits):
        at = chance.randrange(len(lines))
        edit = chance.choice(["delete", "double", "cut", "join", "move"])
        if edit == "delete" and len(lines) > 1:
            del lines[at]
        elif edit == "double":
            lines.insert(at, lines[at])
        elif edit == "cut":
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
        elif edit == "join":
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
        else:
            lines.insert(chance.randrange(len(lines)), lines.pop(at))
    _check(name, "\n".join(lines))


def _brief(path: str, name: str, limit: int = 8) -> list[str]:
    lines = TEXTS[path].split("\n")
    shown = brief(_named(path, name), lines, _definitions(path, TEXTS[path]), limit)
    assert all(lines[number - 1] == text for number, text in shown)
    return [text.strip() for _, text in shown]


def test_a_function_in_brief() -> None:
    assert _brief("shapes.c", "area") == [
        "// Squared.",
        "static inline double",
        "area(const circle_t *circle)",
    ]
    assert _brief("shapes.py", "total")[-1] == ") -> float:"


def test_a_class_in_brief() -> None:
    assert _brief("Shapes.java", "Shapes") == [
        "* A shape.",
        "@Deprecated",
        '@SuppressWarnings("unchecked")',
        "public class Shapes extends Base {",
        "private static final int SCALE = 2;",
        "protected List<String> names;",
        "public Shapes(int size) {",
        "public double area(",
    ]


def test_a_docstring_in_brief() -> None:
    lines = ["def a():", '    """', "    Does it.", '    """']
    definition = Definition("a", "function", 1, 4, 1)
    assert brief(definition, lines) == ((1, lines[0]), (3, lines[2]))


def test_a_type_without_members_is_shown_by_its_first_lines() -> None:
    assert _brief("shapes.ts", "Color") == [
        "export enum Color {",
        "Red,",
        'Green = "green",',
        "}",
    ]
    assert _brief("shapes.c", "names", limit=2) == ["static const char *names[] = {", '"circle",']
