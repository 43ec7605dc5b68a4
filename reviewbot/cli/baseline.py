"""`reviewbot baseline`: accept the findings of reports, so that later reviews tell what is new."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewbot.cli.output import put, say
from reviewbot.errors import ExitCode, ReportError, UsageError
from reviewbot.plain import inert, plain

if TYPE_CHECKING:
    from reviewbot.reporters.baseline import KnownEntry


@click.command()
@click.argument("reports", nargs=-1, metavar="[REPORT.json]...")
@click.option(
    "-o", "--output", metavar="FILE", help="Write the baseline there, not to standard output."
)
def baseline(reports: tuple[str, ...], output: str | None) -> int:
    """Accept the findings of reports: write a baseline file for `--baseline`.

    Each REPORT.json is a JSON report of a review or a baseline file; what any of them knows is
    known. Without one, or for -, standard input is read.
    """
    if output == "":
        raise UsageError("--output has an empty value", "name a file, or leave the option out")
    from reviewbot.reporters.baseline import baseline_text

    known = [entry for name in reports or ("-",) for entry in _known(name)]
    text = baseline_text(known)
    if output is None or output == "-":
        say(text, encoding="utf-8")
        return ExitCode.OK
    put(text, Path(output))
    count = len({entry.fingerprint for entry in known})
    noun = "finding" if count == 1 else "findings"
    click.echo(inert(plain(f"reviewbot: {count} known {noun} in {output}")), err=True)
    return ExitCode.OK


def _known(name: str) -> list[KnownEntry]:
    from reviewbot.reporters.baseline import known_entries
    from reviewbot.reporters.read_json import content, table_of

    if name != "-":
        return known_entries(table_of(content(Path(name)), name), name)
    return known_entries(table_of(_standard_input(), "standard input"), "standard input")


def _standard_input() -> bytes:
    from reviewbot.reporters.read_json import LARGEST

    if sys.stdin is None or sys.stdin.isatty():
        raise ReportError(
            "no report was given", "reviewbot review --format json -o report.json; name that file"
        )
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ReportError(
            f"standard input is larger than {LARGEST // 1_000_000} MB",
            "give reports by their names, and in parts",
        )
    return data
