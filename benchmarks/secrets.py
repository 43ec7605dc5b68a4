"""How well secrets are told from code, and how fast: `python -m benchmarks.secrets [-v] [FOLDER]`.

Prints recall and precision on the labelled cases of tests/data/secrets; -v lists what went wrong.
Then how long ordinary lines take, and the slowest of the lines made to be slow.
With FOLDER, a checkout's folder of rules in Nosey Parker's YAML (crates/noseyparker/data/default/
builtin/rules, or data/rules of Kingfisher), it also prints how many of the rules' own examples are
masked. Those name user names, hashes and hosts too, so the figure is for comparison alone.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from reviewbot.change.secrets.search import masked
from tests.data.secrets.cases import Case, cases, is_right, score, shown

_LINES = 100_000
# What a rule may try at each of its places, over and over on one line.
_HOSTILE = (
    "sk-", "-sk-a", "-eyJ", "_eyJ", ".eyJ", "key=", "ey", 'password="', 'password=\\"',
    ";password=abcd", "password: a", "curl -H ", "-u a:", "a_", "://a:", "x-a-key:", "dp.ct.",
)  # fmt: skip
_HOSTILE_LENGTH = 450_000


def main() -> None:
    given = cases()
    print("| kind | cases | recall | masked without cause | precision |\n|---|---|---|---|---|")
    negatives = [case for case in given if not case.secrets]
    for kind in sorted({case.kind for case in given if case.secrets}):
        _print_row(kind, [case for case in given if case.kind == kind])
    _print_row("no secret", negatives)
    _print_row("all", given)
    if "-v" in sys.argv:
        for case in given:
            if not is_right(case):
                print(f"{case.kind}: {case.text!r}\n    shown as {shown(case)!r}")
    print(f"\n{_LINES} lines of this project: {_seconds():.2f} s")
    seconds, unit = max((_seconds_of_line(unit), unit) for unit in _HOSTILE)
    print(
        f"slowest line of {_HOSTILE_LENGTH} characters: {unit!r} again and again, {seconds:.2f} s"
    )
    for folder in (Path(name) for name in sys.argv[1:] if name != "-v"):
        _print_examples(folder)


def _print_row(kind: str, given: list[Case] | tuple[Case, ...]) -> None:
    of = score(given)
    recall = f"{of.found}/{of.positives} = {of.recall:.3f}" if of.positives else ""
    false = f"{of.false}/{of.negatives}" if of.negatives else ""
    print(f"| {kind} | {len(given)} | {recall} | {false} | {of.precision:.3f} |")


def _seconds() -> float:
    root = Path(__file__).resolve().parent.parent
    files = sorted((root / "reviewbot").rglob("*.py")) + sorted((root / "tests").rglob("*.py"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").split("\n")]
    lines = (lines * (_LINES // len(lines) + 1))[:_LINES]
    return _spent(lines)


def _seconds_of_line(unit: str) -> float:
    return _spent(["x" + unit * (_HOSTILE_LENGTH // len(unit))])


def _spent(lines: list[str]) -> float:
    begin = time.process_time()
    masked(lines, "all.py")
    return time.process_time() - begin


def _print_examples(folder: Path) -> None:
    import yaml  # of the dev tools' own; no part of the program reads YAML

    rules: list[dict[str, Any]] = []
    for file in sorted(folder.glob("*.yml")):
        rules += yaml.safe_load(file.read_text(encoding="utf-8")).get("rules", [])
    examples = [str(text) for rule in rules for text in rule.get("examples") or ()]
    found = sum(masked(text.split("\n")) != text.split("\n") for text in examples)
    print(f"{folder.name}: {found} of {len(examples)} examples of {len(rules)} rules are masked")


if __name__ == "__main__":
    main()
