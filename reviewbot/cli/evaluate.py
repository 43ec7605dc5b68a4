"""`reviewbot eval`: how well does a model review?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewbot.cli.evaluate_run import evaluated
from reviewbot.cli.options import settings_options
from reviewbot.cli.output import say
from reviewbot.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from reviewbot.evaluation.summary import Document

_FILE = click.Path(path_type=Path)
# What is done instead of a run, and what names a suite.
_WAYS = ("suite", "history", "compare", "score")


@click.command("eval")
@click.option(
    "--suite",
    type=_FILE,
    metavar="FILE",
    help="A suite of your own (.jsonl, .jsonl.gz), or `hostile`: changes that bid for silence.",
)
@click.option("--history", is_flag=True, help="Make a private suite of this repository's fixes.")
@click.option("--since", metavar="DATE", help="With --history: commits from YYYY-MM-DD on.")
@click.option("--quick", is_flag=True, help="The suite's quick cases only.")
@click.option("--track", "tracks", metavar="NAME", multiple=True, help="This track (repeatable).")
@click.option("--ids", type=_FILE, metavar="FILE", help="The cases of this list, one id a line.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most N cases, a fair share of each track, always the same.",
)
@click.option(
    "-o",
    "--output",
    type=_FILE,
    metavar="PATH",
    help="Result as a .json file, or the folder for it; a run goes on from what is there.",
)
@click.option("--fresh", is_flag=True, help="Forget what is there.")
@click.option(
    "--replies",
    type=_FILE,
    metavar="FOLDER",
    help="Keep the model's replies (quotes of code among them), and ask nothing twice.",
)
@click.option("--plot", type=_FILE, metavar="FILE", help="Draw recall, noise, reliability (SVG).")
@click.option(
    "--compare",
    type=_FILE,
    nargs=2,
    metavar="A.json B.json",
    help="Test the difference of two results; runs nothing.",
)
@click.option(
    "--score", type=_FILE, metavar="FILE", help="Score a result anew and print it; runs nothing."
)
@settings_options
def evaluate(**options: Any) -> int:
    """Say how well a model reviews: recall, noise, speed, with 95 % intervals.

    The suite is the bundled one unless an option names another. Each case is reviewed as by
    `reviewbot review`. A run that was stopped goes on where it was when the same command is given
    again. The result holds no code.
    """
    _check(options)
    if options["compare"]:
        return _compare(*options["compare"])
    if options["plot"]:
        from reviewbot.evaluation.plot import check_plotter

        check_plotter()
    if options["score"]:
        from reviewbot.evaluation.summary import read

        return _tell(read(options["score"]), options["plot"])
    document, path = evaluated(options)
    code = _tell(document, options["plot"])
    click.echo(f"reviewbot: the result is in {path}", err=True)
    return code


def _check(options: Mapping[str, Any]) -> None:
    named = [f"--{name}" for name in _WAYS if options[name]]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} cannot stand together", "give one of them")
    if options["since"] and not options["history"]:
        raise UsageError("--since says which commits --history takes", "give both")
    if options["since"]:
        try:
            date.fromisoformat(options["since"])
        except ValueError:
            raise UsageError(
                f"--since {options['since']}: no such day", "write it as YYYY-MM-DD"
            ) from None


def _compare(first: Path, second: Path) -> int:
    from reviewbot.evaluation.compare import compared
    from reviewbot.evaluation.summary import read, reported_rows
    from reviewbot.evaluation.tables import compared_text

    results = [read(path) for path in (first, second)]
    found = compared(*(reported_rows(one.header, one.rows) for one in results))
    say(compared_text((str(first), str(second)), found))
    return ExitCode.OK


def _tell(document: Document, plot: Path | None) -> int:
    from reviewbot.evaluation.tables import told

    if plot:
        from reviewbot.evaluation.files import put
        from reviewbot.evaluation.plot import svg

        put(plot, svg(document))
    say(told(document))
    return ExitCode.OK if document.status == "complete" else ExitCode.INCOMPLETE
