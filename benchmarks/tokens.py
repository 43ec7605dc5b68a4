"""Tokens counted against tokens estimated, by kind of text: `python benchmarks/tokens.py [MODEL]`.

Counts with the embedded engine's own tokenizer (MODEL: a catalogue name, default
qwen2.5-coder-1.5b) the rendered lines of this project's files and of some Chinese and Japanese
text. The estimate of `prompting/budget.py` must not be below the count.
"""

from __future__ import annotations

import sys
from pathlib import Path

from reviewbot.change.changeset import Line, LineKind
from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import LocalModel, open_embedded
from reviewbot.models import weights
from reviewbot.network import Door
from reviewbot.prompt import Message, Prompt
from reviewbot.prompting.budget import estimate_tokens
from reviewbot.prompting.render import numbered

ROOT = Path(__file__).resolve().parent.parent
TEXTS = {
    "Python": (ROOT / "reviewbot" / "change" / "capture.py").read_text(encoding="utf-8"),
    "JavaScript": (ROOT / "demo" / "after" / "web" / "cart.js").read_text(encoding="utf-8"),
    "TOML": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    "Chinese comments": "# 检查用户是否有权取消该订单，否则抛出权限错误。\nif not allowed(user):\n"
    * 20,
    "Japanese comments": "# 権限があるか確認し、なければ例外を送出する。\nraise Denied\n" * 20,
    "hexadecimal": "0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n" * 20,
}


def rendered(text: str) -> str:
    lines = enumerate(text.splitlines(), 1)
    return numbered([Line(LineKind.ADDED, line, None, number) for number, line in lines])


def main() -> None:
    entry = weights.by_name(sys.argv[1] if len(sys.argv) > 1 else "qwen2.5-coder-1.5b")
    path = weights.on_disk(entry, weights.models_folder(None))
    if path is None:
        sys.exit(f"fetch the weights first: reviewbot models pull {entry.name}")
    print(f"{entry.name}\n\n| text | bytes | tokens | bytes a token | estimate / tokens |")
    print("|---|---|---|---|---|")
    with open_embedded(LocalModel(path, entry.name), Door(), Patience(300)) as engine:
        empty = engine.count_tokens(Prompt((Message("user", ""),), "{}", 1)) or 0
        for name, text in TEXTS.items():
            shown = rendered(text)
            count = (engine.count_tokens(Prompt((Message("user", shown),), "{}", 1)) or 0) - empty
            size = len(shown.encode())
            ratio = estimate_tokens(shown) / count
            print(f"| {name} | {size} | {count} | {size / count:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
