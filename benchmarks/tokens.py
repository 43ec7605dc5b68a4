"""Tokens counted against tokens estimated, by kind of text: `python -m benchmarks.tokens [MODEL]`.

Counts with the embedded engine's own tokenizer (MODEL: a catalogue name, default
qwen2.5-coder-1.5b, or a GGUF file) the rendered lines of this project's files and of some text in
other scripts; then what the replies to prompts with these texts would teach
(`prompting/scale.py`), and the tokens of code that fit into a window with that and without.
"""

from __future__ import annotations

import sys
from pathlib import Path

from reviewbot.changeset import Line, LineKind
from reviewbot.engines.base import Engine, Patience
from reviewbot.engines.embedded import LocalModel, open_embedded
from reviewbot.models import weights
from reviewbot.network import Door
from reviewbot.prompt import Message, Prompt
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.render import REPLY_TOKENS, Renderer, numbered
from reviewbot.prompting.scale import Reading, token_scale

ROOT = Path(__file__).resolve().parent.parent
TEXTS = {
    "Python": (ROOT / "reviewbot" / "change" / "capture.py").read_text(encoding="utf-8"),
    "JavaScript": (ROOT / "demo" / "after" / "web" / "cart.js").read_text(encoding="utf-8"),
    "TOML": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    "Chinese comments": "# 检查用户是否有权取消该订单，否则抛出权限错误。\nif not allowed(user):\n"
    * 20,
    "Japanese comments": "# 権限があるか確認し、なければ例外を送出する。\nraise Denied\n" * 20,
    "Chinese alone": "检查用户是否有权取消该订单，否则抛出权限错误。\n" * 20,
    "emoji": "😀🎉🚀👍\n" * 20,
    "hexadecimal": "0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n" * 20,
}


def rendered(text: str) -> str:
    lines = enumerate(text.splitlines(), 1)
    return numbered([Line(LineKind.ADDED, line, None, number) for number, line in lines])


WINDOWS = (2048, 3072, 4096, 8192)


def found(name: str) -> LocalModel:
    if name.endswith(".gguf"):
        return LocalModel(Path(name), Path(name).stem)
    entry = weights.by_name(name)
    path = weights.on_disk(entry, weights.models_folder(None))
    if path is None:
        sys.exit(f"fetch the weights first: reviewbot models pull {entry.name}")
    return LocalModel(path, entry.name, entry.sha256)


def main() -> None:
    model = found(sys.argv[1] if len(sys.argv) > 1 else "qwen2.5-coder-1.5b")
    print(f"{model.name}\n\n| text | bytes | tokens | bytes a token | estimate / tokens |")
    print("|---|---|---|---|---|")
    with open_embedded(model, Door(), Patience(300)) as engine:
        counts = {name: _counted(engine, name) for name in TEXTS}
        instructions = Renderer().review(None)
        taken = engine.count_tokens(instructions) or 0
    _print_rooms(estimate_tokens(instructions.text), taken, counts)


def _counted(engine: Engine, name: str) -> int:
    empty = engine.count_tokens(Prompt((Message("user", ""),), "{}", 1)) or 0
    shown = rendered(TEXTS[name])
    count = (engine.count_tokens(Prompt((Message("user", shown),), "{}", 1)) or 0) - empty
    size = len(shown.encode())
    ratio = estimate_tokens(shown) / count
    print(f"| {name} | {size} | {count} | {size / count:.2f} | {ratio:.2f} |")
    return count


def _print_rooms(estimate: int, taken: int, counts: dict[str, int]) -> None:
    """The room for code by the estimate, and after replies about code in Latin letters alone and
    about all texts."""
    print(f"\ninstructions: {estimate} estimated, {taken} counted ({taken / estimate:.2f})\n")
    every = {name: _reading(TEXTS[name], count, taken) for name, count in counts.items()}
    latin = [every[name] for name in ("Python", "JavaScript", "TOML")]
    print("| window | code, estimated | after Python, JavaScript, TOML | after all |")
    print("|---|---|---|---|")
    for window in WINDOWS:
        rooms = [
            Budget(window, scale.overhead, REPLY_TOKENS, scale.code).code
            for readings in ((), latin, list(every.values()))
            for scale in [token_scale(readings, estimate, counted=False)]
        ]
        print(f"| {window} | {rooms[0]} | {rooms[1]} | {rooms[2]} |")


def _reading(text: str, count: int, taken: int) -> Reading:
    """What a reply about a chunk of some 400 tokens of such a text would tell."""
    code = 400
    return Reading(code, taken + count * code // estimate_tokens(rendered(text)))


if __name__ == "__main__":
    main()
