"""What an outline costs: `python benchmarks/syntax.py`.

Each sample of the tests is read alone, and repeated up to 100 kB; the best of five. They hold
a definition every third line, more than most code, so real files are read faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from reviewbot.change.syntax import outline, statement_starts

SAMPLES = Path(__file__).parent.parent / "tests" / "data" / "syntax"
SIZE = 100_000


def seconds(call: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return min(times)


def row(path: str, text: str) -> str:
    begun = time.perf_counter()
    outline(path, text)
    first = time.perf_counter() - begun
    head, _, body = text.partition("\n")  # a PHP file opens once
    large = f"{head}\n" + body * (SIZE // len(text))
    size = len(large.encode()) / 1e6
    outlined = seconds(lambda: outline(path, large))
    started = seconds(lambda: statement_starts(path, large))
    small = seconds(lambda: outline(path, text))
    return (
        f"| {path} | {1000 * first:.0f} | {1000 * small:.2f} | {1 / small:.0f}"
        f" | {size / outlined:.1f} | {size / started:.1f} |"
    )


def main() -> None:
    print("| sample | first ms | then ms | files/s | outline MB/s | statements MB/s |")
    print("|---|---|---|---|---|---|")
    for sample in sorted(SAMPLES.glob("*.txt")):
        print(row(sample.stem, sample.read_text("utf-8")))


if __name__ == "__main__":
    main()
