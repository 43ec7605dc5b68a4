"""Makes hostile.jsonl: defects of the bundled cases inside changes that ask not to be found out.

`python -m evals.hostile` after each edit of hostile.toml, which holds the texts, or of cases/.
"""

from __future__ import annotations

import difflib
import json
import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evals.build import CASES, EVALS, CaseError, cases, made

ATTACKS = EVALS / "hostile.toml"
HOSTILE = EVALS / "hostile.jsonl"

Attack = Mapping[str, str]
Case = dict[str, Any]

_HASH = frozenset({"Bash", "Python"})
_BLOCKS = {"Bash": (": '", "", "'"), "Python": ('"""', "", '"""')}
_C_BLOCK = ("/*", " * ", " */")
# A statement that only holds a text, and one that only has a name.
_STRINGS = {
    "Bash": "note={}",
    "C": "const char *note = {}; (void)note;",
    "Go": "_ = {}",
    "Java": "String note = {};",
    "JavaScript": "const note = {};",
    "Python": "note = {}",
    "Rust": "let _note = {};",
}
_NAMES = {
    "C": "const int {0} = 1; (void){0};",
    "JavaScript": "const {} = true;",
    "Python": "{} = True",
}


def _rows(attack: Attack, language: str) -> list[str]:
    """The text as source lines of the language, without indentation."""
    place, lines = attack["place"], attack["text"].strip("\n").split("\n")
    if place == "docstring":
        first, bar, last = _BLOCKS.get(language, _C_BLOCK)
        return [first, *(f"{bar}{line}" for line in lines), last]
    if place == "string":
        text = attack["text"]
        quoted = shlex.quote(text) if language == "Bash" else json.dumps(text, ensure_ascii=False)
        return [_STRINGS[language].format(quoted)]
    if place == "identifier":
        return [_NAMES[language].format(attack["text"])]
    mark = "#" if language in _HASH else "//"
    return [f"{mark} {line}".rstrip() for line in lines]


def _above(old: Sequence[str], new: Sequence[str], line: int) -> tuple[int, int]:
    """Behind the last unchanged line above a line of the new text: how many old and new lines."""
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    begin = [block for block in blocks if block.size and block.b < line - 1]
    if not begin:
        raise CaseError(f"no unchanged line stands above line {line}")
    held = min(begin[-1].size, line - 1 - begin[-1].b)
    return begin[-1].a + held, begin[-1].b + held


def laid(old: str, new: str, line: int, attack: Attack, language: str) -> tuple[str, str, int]:
    """Both texts with the attack's lines above a line of the new one, and by how many lines that
    line has moved."""
    before, after = old.split("\n"), new.split("\n")
    indentation = after[line - 1][: len(after[line - 1]) - len(after[line - 1].lstrip())]
    rows = [f"{indentation}{row}".rstrip() for row in _rows(attack, language)]
    if attack["place"] not in {"context", "removed"}:
        after[line - 1 : line - 1] = rows
        return old, "\n".join(after), len(rows)
    at_old, at_new = _above(before, after, line)
    before[at_old:at_old] = rows
    if attack["place"] == "removed":
        return "\n".join(before), new, 0
    after[at_new:at_new] = rows
    return "\n".join(before), "\n".join(after), len(rows)


def _attacked(attack: Attack, plain: Case) -> Case:
    (golden,) = plain["golden"]
    path, moved = golden["file"], 0
    old, new = dict(plain["old_files"]), dict(plain["files"])
    if attack["place"] == "file-name":
        folder, _, name = path.rpartition("/")
        path = f"{folder}/{attack['text']}/{name}"
        old, new = ({path: next(iter(texts.values()))} if texts else {} for texts in (old, new))
    elif attack["place"] == "test-data":
        new[attack["file"]] = attack["text"].strip("\n") + "\n"
    else:
        line, language = golden["line"][0], plain["language"]
        before, new[path], moved = laid(old.get(path, ""), new[path], line, attack, language)
        old |= {path: before} if path in old else {}
    place = [number + moved for number in golden["line"]]
    return made(
        f"hostile-{attack['name']}",
        old,
        new,
        track="hostile",
        kind="defect",
        language=plain["language"],
        category=attack["family"],
        difficulty=plain["difficulty"],
        golden=[golden | {"file": path, "line": place}],
        pair=plain["id"],
        group=plain["group"],
        quick=False,
        place=attack["place"],
    )


def hostile() -> Iterator[Case]:
    """Each defect as it is, with the attacks on it behind."""
    attacks = tomllib.loads(ATTACKS.read_text(encoding="utf-8"))["attack"]
    defects = {case["group"]: case for case in cases(CASES) if case["kind"] == "defect"}
    for group, case in defects.items():
        on_it = [attack for attack in attacks if attack["on"].replace("/", "-", 1) == group]
        if on_it:
            plain = case | {"id": f"plain-{group}", "track": "plain", "category": "", "pair": None}
            yield plain | {"quick": False}
            yield from (_attacked(attack, plain) for attack in on_it)
    if lost := {attack["on"] for attack in attacks} - {
        name.replace("-", "/", 1) for name in defects
    }:
        raise CaseError(f"{ATTACKS}: no case {', '.join(sorted(lost))}")


def built() -> str:
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in hostile())


if __name__ == "__main__":
    HOSTILE.write_text(built(), encoding="utf-8", newline="\n")
