"""`reviewbot status`: what runs and is kept between commands. Each part is a section of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from reviewbot.cli.options import settings_of
from reviewbot.cli.output import say
from reviewbot.cli.section import Section
from reviewbot.cli.status_background import background_section
from reviewbot.cli.status_sections import cache_section, engine_section, ollama_section
from reviewbot.plain import inert, plain_line


@click.command()
@click.option("--stop", is_flag=True, help="End the process that keeps the model loaded.")
@click.option("--json", "as_json", is_flag=True, help="Say it as one JSON object.")
def status(stop: bool, as_json: bool) -> int:
    """Say which model is kept loaded, what is kept of answers, what the background is at.

    A review with the embedded engine leaves its model loaded for the next one, for as many minutes
    as warm_minutes says. --stop frees that memory now; a review that uses the model is cut short.
    """
    settings = settings_of({}, None)
    if stop:
        from reviewbot.cli.status_sections import stopped

        say("stopped\n" if stopped(settings) else "nothing runs\n")
        return 0
    found = (
        engine_section(settings),
        ollama_section(settings),
        background_section(settings),
        cache_section(settings),
    )
    sections = [section for section in found if section]
    if as_json:
        say(json.dumps({section.name: section.facts for section in sections}, indent=2) + "\n")
    else:
        say("\n".join("".join(_lines(section)) for section in sections))
    return 0


def _lines(section: Section) -> Iterator[str]:
    yield f"{section.name}\n"
    width = max((len(label) for label, _ in section.rows), default=0)
    for label, text in section.rows:
        yield inert(f"  {label:<{width}}  {plain_line(text)}") + "\n"
