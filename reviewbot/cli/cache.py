"""`reviewbot cache`: what is kept of earlier reviews, and how to be rid of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from reviewbot.cache.database import CACHE
from reviewbot.cache.local import LocalCache
from reviewbot.cli.caching import local_cache
from reviewbot.cli.options import settings_of
from reviewbot.database import DamagedError, UnfitError
from reviewbot.engines.learnt import cache_folder
from reviewbot.errors import ReviewbotError, UsageError
from reviewbot.plain import plain_line, plain_path


@click.group()
def cache() -> None:
    """Say what this machine's cache of answers holds, or empty it; make a team's key."""


@cache.command()
def stats() -> int:
    """Where the cache of this machine is, what it holds and how often it was of use.

    Of one that a team shares, its address is told; nothing is asked of it.
    """
    with _told() as (found, folder):
        held = found.stats()
        click.echo(f"path   {plain_path(str(held.path))}")
        click.echo(f"rows   {held.rows}")
        click.echo(f"bytes  {held.bytes}")
        click.echo(f"hits   {held.hits}")
        for bad in CACHE.bad_files(folder):
            click.echo(f"set aside  {plain_path(str(bad))} ({bad.stat().st_size} bytes)")
        if shared := _shared():
            click.echo(f"shared  {shared} (the numbers are those of this machine alone)")
    return 0


@cache.command()
def clear() -> int:
    """Delete all answers on this machine, and what was set aside as damaged.

    What a team shares stays on its server until its time is over (cache_ttl_days).
    """
    with _told() as (found, _):
        rows = found.stats().rows
        found.clear()
        click.echo(f"deleted {rows} {'row' if rows == 1 else 'rows'}")
        if shared := _shared():
            click.echo(f"those of the shared cache {shared} stay there")
    return 0


@cache.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> int:
    """Make a key for a cache that a team shares, in a new FILE that you alone can read.

    Whoever has it can read and write the team's answers. docs/cache.md says how it is used.
    """
    try:
        from reviewbot.cache.sealing import new_key
    except ImportError:
        raise UsageError(
            "a shared cache needs packages that are not installed",
            "pip install 'reviewbot[shared]'",
        ) from None
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{file} is there already", "name a new file") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"{new_key()}\n")
    click.echo(f"{plain_path(str(file))}: a new key; give it to your team and to CI as a secret")
    return 0


def _shared() -> str:
    """The address of a shared cache, if one is used."""
    from reviewbot.cli.sharing import shown

    cache = settings_of({}, None).cache
    return "" if cache in ("on", "off") else plain_line(shown(cache))


@contextmanager
def _told() -> Iterator[tuple[LocalCache, Path]]:
    """The cache and its folder. Raises ReviewbotError."""
    settings = settings_of({}, None)
    folder = cache_folder(settings.cache_dir)
    try:
        yield local_cache(settings), folder
    except (sqlite3.Error, OSError, ValueError, DamagedError, UnfitError) as error:
        raise ReviewbotError(
            f"cannot use the cache in {folder}: {error}", f"delete it: rm {folder}/cache.sqlite*"
        ) from None
