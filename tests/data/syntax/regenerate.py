"""Write what the outline of each sample is, to be read beside it before it is committed:
`python -m tests.data.syntax.regenerate`."""

from __future__ import annotations

from pathlib import Path

from reviewbot.change.syntax import outline, statement_starts

SAMPLES = Path(__file__).parent


def described(path: str, text: str) -> str:
    found = outline(path, text)
    if found is None:
        return "nothing\n"
    rows = [
        f"{one.first}-{one.last} head {one.head_last}: {one.kind} {one.name}"
        for one in found.definitions
    ]
    imports = " ".join(f"{first}-{last}" for first, last in found.imports)
    starts = " ".join(str(number) for number in sorted(statement_starts(path, text)))
    return "\n".join([f"imports {imports}", *rows, f"statements {starts}", ""])


def main() -> None:
    for sample in sorted(SAMPLES.glob("*.txt")):
        text = sample.read_bytes().decode()
        sample.with_suffix(".outline").write_text(described(sample.stem, text), "utf-8")


if __name__ == "__main__":
    main()
