"""`reviewbot models`: which weights the embedded engine can run, and fetching them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from reviewbot.cli.options import settings_of
from reviewbot.models import weights
from reviewbot.models.catalog import all_weights, family_of

_NO_FILES: dict[str, Any] = {"config_file": None, "no_config": False}


@click.group()
def models() -> None:
    """List and fetch models for the embedded engine."""


@models.command("list")
def list_models() -> int:
    """The catalogue's weights, and which of them are on disk."""
    folder = weights.models_folder(settings_of(_NO_FILES, None).models_dir)
    for entry in all_weights():
        here = "on disk" if (folder / entry.file).is_file() else "-"
        use = "review" if family_of(entry.file).review else "tests only"
        click.echo(f"{entry.name:<20} {entry.bytes / 1e6:>7.0f} MB  {use:<10}  {here}")
    return 0


@models.command()
@click.argument("name")
def pull(name: str) -> int:
    """Fetch and verify the weights called NAME."""
    folder = weights.models_folder(settings_of(_NO_FILES, None).models_dir)
    entry = weights.by_name(name)
    with _bar(entry.file) as progress:
        path = weights.fetch(entry, folder, progress)
    click.echo(f"{path}: {entry.bytes} bytes, SHA-256 as published")
    return 0


@contextmanager
def _bar(name: str) -> Iterator[weights.Progress]:
    """A progress bar on a terminal; without one, a line for every tenth."""
    if not sys.stderr.isatty():
        yield _tenths(name)
        return
    from rich import progress
    from rich.console import Console

    with progress.Progress(
        progress.TextColumn(name, markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tenths(name: str) -> weights.Progress:
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // total
        if tenth > told:
            told = tenth
            click.echo(f"{name}: {10 * tenth} %", err=True)

    return tell
