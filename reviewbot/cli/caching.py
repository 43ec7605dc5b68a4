"""The cache of a review: where it is, and what tells the engine of these settings from another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from reviewbot import __version__
from reviewbot.cache.base import Cache
from reviewbot.cache.local import LocalCache
from reviewbot.cli.means import wanted
from reviewbot.engines.learnt import cache_folder
from reviewbot.engines.local_files import adapter_file, files_of, model_file
from reviewbot.plain import inert, plain_line
from reviewbot.review.opening import Keeping, Terms, marks
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.network import Door
    from reviewbot.review.limits import Limits


@contextmanager
def caching(
    settings: Settings, door: Door, limits: Limits, *, verbose: bool
) -> Iterator[Keeping | None]:
    """What a review keeps and finds; None where the user wants no cache. Raises UsageError for a
    shared one that cannot serve."""
    if settings.cache == "off":
        yield None
        return
    here = local_cache(settings)
    replies: Cache = here
    with ExitStack() as stack:
        stack.callback(lambda: _tell(replies, verbose=verbose))
        stack.enter_context(closing(here))
        if settings.cache != "on":
            from reviewbot.cli.sharing import shared_cache

            replies = stack.enter_context(closing(shared_cache(settings, door, limits, here)))
        yield Keeping(replies, here, terms(settings))


def local_cache(settings: Settings) -> LocalCache:
    """The cache of this user; nothing is opened yet."""
    return LocalCache(cache_folder(settings.cache_dir), settings.cache_size_mb * 1_000_000)


def terms(settings: Settings) -> Terms:
    """What tells the engine of these settings from another. Who may be talked to is a part of it:
    what is refused is refused whatever the cache holds."""
    chosen = wanted(settings)
    model, adapter = model_file(chosen.model), adapter_file(chosen.lora)
    words = (
        *(settings.engine, str(model or chosen.model), str(chosen.url), str(chosen.ollama_host)),
        *(str(number) for number in (chosen.window, chosen.slots, chosen.gpu_layers)),
        *(str(chosen.think), str(chosen.models_folder), __version__),
        *(str(settings.allow_plaintext), *sorted(settings.allow_hosts)),
    )
    altering = (settings.cache_type, str(chosen.lora), *marks([adapter] if adapter else []))
    return Terms(words, altering, chosen.ollama_url, partial(files_of, chosen))


def _tell(cache: Cache, *, verbose: bool) -> None:
    for trouble in cache.troubles:
        if trouble.loud or verbose:
            click.echo(inert(f"reviewbot: {plain_line(trouble.what)}"), err=True)
