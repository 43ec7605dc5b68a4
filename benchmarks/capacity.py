"""How many GPUs for how many developers: `python -m benchmarks.capacity [--write] [--plot FILE]`.

Reads `capacity.toml`, runs the model of `fleet_model.py` with the commits and pipelines of the
busiest hour, and looks for the fewest GPUs at which 95 of 100 hooks end within their deadline.
Prints its tables; `--write` puts them into docs/scale.md. `benchmarks/fleet_measured.py` holds the
model against a measured fleet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from benchmarks import capacity_tables as tables
from benchmarks.capacity_hinges import hinges
from benchmarks.capacity_plot import plot
from benchmarks.capacity_stations import stations
from benchmarks.fleet_figures import Figures, read

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scale.md"
TABLES: dict[str, Callable[[Figures], Iterator[str]]] = {
    "figures": tables.speeds,
    "sources": tables.sources,
    "sizes": tables.sizes,
    "efforts": tables.efforts,
    "stations": stations,
    "outage": tables.outage,
    "hinges": hinges,
    "policies": tables.policies,
    "sweeps": tables.sweeps,
}


def written(page: str, name: str, lines: Iterator[str]) -> str:
    """The page with what stands between the two marks of a name replaced."""
    begin, end = f"<!-- {name}: made by python -m benchmarks.capacity -->", f"<!-- {name}: end -->"
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise SystemExit(f"{PAGE} has no place for {name}")
    return "\n".join([before + begin, "", *lines, "", end]) + after


@click.command()
@click.option("--write", is_flag=True, help="Put the tables into docs/scale.md.")
@click.option("--plot", "file", type=Path, metavar="FILE", help="Needs matplotlib.")
@click.option("--only", help=f"One table: {', '.join(TABLES)}.")
def main(write: bool, file: Path | None, only: str | None) -> None:
    figures = read()
    for name, lines in TABLES.items():
        if only in {None, name}:
            made = list(lines(figures))
            print(*made, "", sep="\n", flush=True)
            if write:
                page = PAGE.read_text(encoding="utf-8")
                PAGE.write_text(written(page, name, iter(made)), encoding="utf-8")
    if file:
        plot(figures, file)


if __name__ == "__main__":
    main()
