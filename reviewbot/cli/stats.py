"""`reviewbot stats`: what reviews took and found on this machine, and what that cost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

import click

from reviewbot.change.git import Git
from reviewbot.change.quick_git import toplevel
from reviewbot.cli.output import say
from reviewbot.config import config_files, user_table
from reviewbot.database import DamagedError, UnfitError
from reviewbot.errors import ReviewbotError, UsageError
from reviewbot.history.document import stats_json
from reviewbot.history.entry import Entry
from reviewbot.history.period import Period, period_of
from reviewbot.history.prices import KEYS, Prices, read_prices
from reviewbot.history.stats import money_of, stats_of
from reviewbot.history.store import FILE, History, Told, history_folder
from reviewbot.history.text import stats_text

_DAY = 86_400
_CHOOSING = ("since", "until", "last", "repository", "as_json", "extrapolate")


def _price_options(command: Any) -> Any:
    for key in reversed(list(KEYS)):
        flag = f"--{key.replace('_', '-')}"
        metavar = "NAME" if key == "currency" else "N"
        command = click.option(flag, key, metavar=metavar, help=KEYS[key])(command)
    return command


@click.command()
@click.option("--since", metavar="DATE", help="Reviews from YYYY-MM-DD on.")
@click.option("--until", metavar="DATE", help="Reviews before YYYY-MM-DD.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="The last N days.")
@click.option("--repository", is_flag=True, help="This repository's reviews alone.")
@click.option("--json", "as_json", is_flag=True, help="Print a document for programs.")
@click.option("--extrapolate", is_flag=True, help="Reckon years from less than 7 days, too.")
@click.option("--clear", is_flag=True, help="Delete the history.")
@_price_options
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the prices from this file in place of the user's.",
)
def stats(clear: bool, config_file: Path | None, **options: Any) -> int:
    """Say what the reviews on this machine took and found, and what that cost.

    All of it is from a local file of numbers (docs/stats.md). Money is reckoned by prices that
    are yours to say, in config.toml under [costs] or by options; there are none built in.
    """
    if clear:
        return _clear(options)
    begin, end = _asked_for(options)
    files = config_files(None, config_file, ignored=False)
    table, source = user_table("costs", files)
    prices = read_prices(table, source, {key: options[key] for key in KEYS})
    told, named = _told(this_one=options["repository"])
    period = period_of(told.entries, begin, end, time.time())
    _say(told, period, named, prices, {**options, "source": source})
    return 0


def _say(
    told: Told, period: Period, named: str | None, prices: Prices, options: dict[str, Any]
) -> None:
    chosen = [entry for entry in told.entries if entry.at in period and _is_of(entry, named)]
    money = money_of(chosen, period.days, prices, extrapolates=options["extrapolate"])
    found = stats_of(chosen, period, money, told.unreadable)
    if options["as_json"]:
        say(stats_json(found), encoding="utf-8")
    else:
        say(stats_text(found, options["source"]))


def _is_of(entry: Entry, named: str | None) -> bool:
    return named is None or entry.repository == named


def _asked_for(options: dict[str, Any]) -> tuple[float | None, float | None]:
    """The period's ends, in seconds since 1970; None: as far as there is history, and now."""
    since, until, last = options["since"], options["until"], options["last"]
    if last is not None and (since or until):
        raise UsageError(
            "--last and --since or --until name two different periods", "give one of them"
        )
    if last is not None:
        return time.time() - last * _DAY, None
    begin = None if since is None else _moment("--since", since)
    end = None if until is None else _moment("--until", until)
    if begin is not None and end is not None and begin >= end:
        raise UsageError(
            f"--until {until} is not after --since {since}", "give a later day, or leave one out"
        )
    return begin, end


def _moment(option: str, text: str) -> float:
    """The beginning of a day, by this machine's clock."""
    try:
        return datetime.combine(date.fromisoformat(text), clock()).astimezone().timestamp()
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {text!r} is no date", "write it as YYYY-MM-DD") from None


def _told(*, this_one: bool) -> tuple[Told, str | None]:
    """The history, and what this repository is called in it, if it is the one that is asked for."""
    folder = Git(toplevel(Path.cwd())).common_folder() if this_one else None
    with _history() as history:
        return history.told(), (history.hashed(folder) or "-") if folder else None


def _clear(options: dict[str, Any]) -> int:
    if any(options[name] for name in _CHOOSING):
        raise UsageError(
            "--clear deletes all of the history; it takes no other option", "give --clear alone"
        )
    with _history() as history:
        rows = len(history.told().entries)
        history.clear()
    click.echo(f"deleted {rows} {'row' if rows == 1 else 'rows'}")
    return 0


@contextmanager
def _history() -> Iterator[History]:
    """Raises ReviewbotError."""
    folder = history_folder()
    try:
        yield History(folder)
    except (sqlite3.Error, OSError, ValueError, DamagedError, UnfitError) as error:
        raise ReviewbotError(
            f"cannot read the history in {folder}: {error}", f"delete it: rm {folder}/{FILE}*"
        ) from None
