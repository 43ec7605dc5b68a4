"""`reviewbot models`: which models there are, what they need and suit; fetching weights."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from reviewbot.cells import left
from reviewbot.cli import completing
from reviewbot.cli.options import settings_of
from reviewbot.cli.output import say
from reviewbot.models import weights
from reviewbot.models.catalog import Weights, all_weights, family_of
from reviewbot.plain import plain_line


@click.group()
def models() -> None:
    """Choose a model; list and fetch those for the embedded engine."""


@models.command("list")
def list_models() -> int:
    """The catalogue's weights, and which of them are on disk; what was pulled beside them."""
    from reviewbot.models import hub_disk

    folder = weights.models_folder(settings_of({}, None).models_dir)
    for entry in all_weights():
        here = "on disk" if (folder / entry.file).is_file() else "-"
        use = "review" if family_of(entry.file).review else "tests only"
        click.echo(f"{left(entry.name, 20)} {entry.bytes / 1e6:>7.0f} MB  {use:<10}  {here}")
    for pulled in hub_disk.all_of(folder):
        use = "review" if family_of(pulled.path.name).review else "not known"
        click.echo(f"{left(pulled.name, 20)} {pulled.bytes / 1e6:>7.0f} MB  {use:<10}  on disk")
    return 0


@models.command()
@click.argument("name", shell_complete=completing.weights)
def pull(name: str) -> int:
    """Fetch and verify the weights called NAME.

    NAME is one of `models list`, or a public file of Hugging Face's: OWNER/REPO:Q4_K_M or
    OWNER/REPO:FILE.gguf, with or without hf.co/ before it.
    """
    folder = weights.models_folder(settings_of({}, None).models_dir)
    for entry in _entries(name):
        with _bar(entry.file.rpartition("/")[2]) as progress:
            path = weights.fetch(entry, folder, progress)
        click.echo(f"{path}: {entry.bytes} bytes, SHA-256 as published")
    return 0


def _entries(name: str) -> tuple[Weights, ...]:
    """What a name means, of the catalogue or of Hugging Face."""
    from reviewbot.models import hub
    from reviewbot.models.hub_name import hub_name

    found = hub_name(name)
    return hub.weights_of(found) if found else (weights.by_name(name),)


@models.command()
@click.argument("name", required=False, shell_complete=completing.cards)
def show(name: str | None) -> int:
    """What is known of the model NAME: memory, licence, scores, what it suits.

    Without NAME: every model in a line, and a guide to quantisations.
    """
    from reviewbot.cli import model_text
    from reviewbot.models import lookup

    if name is None:
        say(model_text.catalogue())
        return 0
    if wrong := lookup.misnomer(name):
        say(f"There is no {plain_line(name)}: {wrong.why}.\n\n")
        found = tuple(map(lookup.by_name, wrong.real))
    else:
        found = lookup.find(name)
    if not found:
        raise lookup.unknown(name)
    say("\n".join(map(model_text.card_text, found)))
    return 0


@models.command()
@click.option(
    "--vram",
    type=click.Choice(["4", "8", "12", "16", "24", "48"]),
    help="GiB of another machine's GPU, in place of this machine.",
)
def recommend(vram: str | None) -> int:
    """Name model, quantisation and context for this machine, with the arithmetic."""
    from reviewbot.cli import model_text
    from reviewbot.models import hardware
    from reviewbot.models import recommend as rules

    if vram is None:
        machine = hardware.machine()
        say(model_text.machine_text(machine))
        rooms = rules.rooms_of(machine)
    else:
        rooms = (rules.room_of_vram(int(vram)),)
    say("".join(map(model_text.room_text, rooms)))
    for task in rules.TASKS:
        choice = rules.choose(task, rooms)
        if choice is None:
            say(model_text.nothing_text(task))
            continue
        say(model_text.choice_text(choice, _embedded(choice.card.name)))
    return 0


def _embedded(name: str) -> Weights | None:
    """The weights of a model that `pull` knows."""
    known = {entry.name: entry for entry in all_weights()}
    return known.get(name.replace(":", "-"))


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
