"""`reviewbot models`: which weights the embedded engine can run, and fetching them."""

from __future__ import annotations

import sys
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


class _bar:  # noqa: N801  (used as the function that it would be)
    """A progress bar on a terminal; without one, a line for every tenth."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tenth = -1
        self._progress: Any = None

    def __enter__(self) -> _bar:
        if sys.stderr.isatty():
            from rich import progress
            from rich.console import Console

            self._progress = progress.Progress(
                progress.TextColumn(self._name, markup=False),
                progress.BarColumn(),
                progress.DownloadColumn(),
                progress.TransferSpeedColumn(),
                progress.TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._progress.start()
            self._task = self._progress.add_task("", total=None)
        return self

    def __exit__(self, *error: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def __call__(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress.update(self._task, completed=done, total=total)
        elif (tenth := 10 * done // total) > self._tenth:
            self._tenth = tenth
            click.echo(f"{self._name}: {10 * tenth} %", err=True)
