"""The sections of `reviewbot status`: the worker, an Ollama that the settings name, the cache."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.cli.caching import local_cache
from reviewbot.cli.means import wanted
from reviewbot.cli.section import Section
from reviewbot.database import DamagedError, UnfitError
from reviewbot.engines.learnt import cache_folder
from reviewbot.errors import EngineUnavailable, RefusedError, ReviewbotError
from reviewbot.network import Door
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.engines.worker.status import Status

_MIB = 1024 * 1024


def engine_section(settings: Settings) -> Section:
    from reviewbot.engines.worker.place import place
    from reviewbot.engines.worker.status import status

    found = place(cache_folder(settings.cache_dir))
    try:
        seen = status(found, Door()) if found else None
    except (OSError, EOFError, ValueError, KeyError) as error:
        said = (("worker", f"does not answer: {error}"), ("socket", str(found and found.socket)))
        return Section("engine", said)
    if seen is None:
        return Section("engine", (("worker", _absent(settings, has_place=bool(found))),))
    facts = asdict(seen) | {"socket": str(seen.socket)}
    return Section("engine", tuple(_rows(seen)), facts)


def stopped(settings: Settings) -> bool:
    """End the worker, whatever it does. False where none runs. Raises ReviewbotError where it
    does not answer."""
    from reviewbot.engines.worker.caller import greeting, told_to_leave
    from reviewbot.engines.worker.place import place

    found = place(cache_folder(settings.cache_dir))
    try:
        greeted = greeting(found, Door()) if found else None
        return told_to_leave(greeted[0], forced=True) if greeted else False
    except (OSError, ValueError) as error:
        where = found.socket if found else ""
        raise ReviewbotError(
            f"the worker at {where} does not answer: {error}",
            f"reviews load their model without it; its process: fuser {where}",
        ) from None


def _absent(settings: Settings, *, has_place: bool) -> str:
    if not settings.warm_minutes:
        return "none: warm_minutes is 0, so each review loads its model"
    if not has_place:
        return "none: no folder for its socket is this user's alone"
    return "none; the next review with the embedded engine starts it"


def _rows(seen: Status) -> list[tuple[str, str]]:
    rows = [("worker", f"process {seen.pid}, reviewbot {seen.version}")]
    if seen.wish:
        since = "" if seen.since is None else time.strftime("%H:%M:%S", time.localtime(seen.since))
        loading = seen.wish.loading
        state = "loading" if seen.loading else f"process {seen.engine_pid}"
        slots = f"{loading.slots} {'slot' if loading.slots == 1 else 'slots'}"
        rows += [
            ("model", seen.wish.model),
            ("engine", f"{state}, since {since}, window {loading.window:,}, {slots}"),
        ]
    if seen.memory is not None:
        rows.append(("memory", f"{seen.memory // _MIB:,} MiB"))
    rows += [("reviews", _use(seen)), ("socket", str(seen.socket))]
    return rows


def _use(seen: Status) -> str:
    if seen.left is None:
        return f"{seen.leases} now"
    return f"none for {_minutes(seen.idle)}; leaves in {_minutes(seen.left)}"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"  # noqa: PLR2004


def ollama_section(settings: Settings) -> Section | None:
    """What the Ollama that the settings name has in memory, and until when."""
    if settings.engine != "ollama":
        return None
    from reviewbot.engines.ollama_server import OllamaServer

    chosen = wanted(settings)
    door = Door.of(settings)
    try:
        server = OllamaServer(door.endpoint(chosen.ollama_url), door, chosen.key)
        loaded = server.until()
    except (EngineUnavailable, RefusedError) as error:
        return Section("ollama", (("server", error.message),))
    rows = tuple((name, f"in memory until {until}") for name, until in loaded.items())
    return Section("ollama", rows or (("server", "no model is in memory"),), loaded)


def cache_section(settings: Settings) -> Section:
    try:
        held = local_cache(settings).stats()
    except (sqlite3.Error, OSError, ValueError, DamagedError, UnfitError) as error:
        return Section("cache", (("file", f"cannot be read: {error}"),))
    facts = {"path": str(held.path), "rows": held.rows, "bytes": held.bytes, "hits": held.hits}
    used = f"{held.rows} rows, {held.bytes} bytes, {held.hits} hits"
    return Section("cache", (("path", str(Path(held.path))), ("holds", used)), facts)
