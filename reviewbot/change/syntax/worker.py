"""Parse in a process of its own: `python -m reviewbot.change.syntax.worker`.

tree-sitter takes time by the square or cube of some broken text (9 kB of `/*` took its Python
parser 37 s), holds the interpreter meanwhile, and no callback of its stops it. A process can be
ended.

Its parent writes a line of JSON for each question and reads one for each answer; the end of its
input, however it comes about, says to leave.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from reviewbot.change.syntax.definition import Outline
from reviewbot.change.syntax.reading import facts, outline, statement_starts


def main() -> None:
    for line in sys.stdin.buffer:
        question = json.loads(line)
        answer = _answer(**question)
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _answer(ask: str, path: str, text: str) -> Any:
    if ask == "statements":
        return sorted(statement_starts(path, text))
    if ask == "facts":
        proven = facts(path, text)
        return None if proven is None else proven.as_rows()
    found = outline(path, text)
    return None if found is None else _as_rows(found)


def _as_rows(found: Outline) -> dict[str, Any]:
    definitions = [
        (one.name, one.kind, one.first, one.last, one.head_last) for one in found.definitions
    ]
    return {"definitions": definitions, "imports": found.imports}


if __name__ == "__main__":
    main()
