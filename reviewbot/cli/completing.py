"""What could stand in the place of an option's value, for a shell that completes it.

Names that a repository brings are offered only where they are plain words: bash puts an answer
into the command line as it is, and a branch may be called `;reboot`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

Completer = Callable[
    ["click.Context", "click.Parameter", str], "list[CompletionItem[str]] | list[str]"
]

_PLAIN = re.compile(r"[\w.@/+:][\w.@/+:-]*", re.ASCII)


def words_of(setting: str) -> Completer:
    """The words that a setting may be."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
        from reviewbot.config_value import types_of_keys

        return _begun(_words(types_of_keys()[setting]), incomplete)

    return complete


def _words(hint: Any) -> tuple[str, ...]:
    """The words of a Literal, or of one that may be None as well."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(word for part in get_args(hint) for word in _words(part))


def models(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Weights by their names for the embedded engine, Ollama's tags for the others."""
    from reviewbot.models.card import cards

    if ctx.params.get("engine") == "embedded":
        return weights(ctx, param, incomplete)
    return _begun((card.name for card in cards()), incomplete)


def weights(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """The catalogue's weights, and what was pulled beside them."""
    from reviewbot.config import config_files, load
    from reviewbot.models import hub_disk
    from reviewbot.models.catalog import all_weights
    from reviewbot.models.weights import models_folder

    settings = load({}, os.environ, config_files(None, None, ignored=False))
    pulled = (file.name for file in hub_disk.all_of(models_folder(settings.models_dir)))
    return _begun((*(entry.name for entry in all_weights()), *pulled), incomplete)


def cards(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """The models that the catalogue tells of."""
    from reviewbot.models import card

    return _begun((known.name for known in card.cards()), incomplete)


def revisions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Branches and tags, and the end of a range behind its dots."""
    from reviewbot.change.quick_git import names

    begun, dots, end = incomplete.rpartition("..")
    return [f"{begun}{dots}{name}" for name in _begun(("HEAD", *names(Path.cwd())), end)]


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:  # noqa: ARG001
    """The shell's own completion of files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _begun(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete) and _PLAIN.fullmatch(word)]
