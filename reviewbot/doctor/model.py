"""The model and the machine: does it fit, is it slow, is there a better one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reviewbot.doctor import subject as subjects
from reviewbot.doctor.check import Check
from reviewbot.doctor.heat import heat_checks
from reviewbot.doctor.host import Host, this_host
from reviewbot.doctor.memory import memory_checks
from reviewbot.doctor.quality import quality_check
from reviewbot.doctor.slow import machine_checks, speed_checks
from reviewbot.doctor.subject import Placed, Subject
from reviewbot.engines.embedded import LocalModel
from reviewbot.engines.llama_process import Loading
from reviewbot.engines.ollama_server import Held, OllamaServer
from reviewbot.models.memory import Load
from reviewbot.models.parts import parts_of, stem_of
from reviewbot.prompt import Think
from reviewbot.prompting.budget import USUAL_WINDOW
from reviewbot.report import EngineInfo


def of_ollama(
    server: OllamaServer,
    held: Held,
    shown: dict[str, Any],
    info: EngineInfo,
    think: Think | None,
) -> Iterator[Check]:
    """Of another machine only what its server tells is said."""
    load = Load("?", info.window or USUAL_WINDOW)
    found = subjects.of_ollama(held.name, held.size, shown, load)
    if found is None or not server.endpoint.is_here:
        yield from (Check("warning", "memory", note) for note in info.notes)
        return
    placed = _placed(server)
    own = placed.pop(held.name, None)
    others = Placed(
        sum(other.size for other in placed.values()),
        sum(other.on_gpu for other in placed.values()),
    )
    yield from checks(replace(found, placed=own, others=others), this_host(), think)


def of_embedded(model: LocalModel, loading: Loading, think: Think | None) -> Iterator[Check]:
    """After it was found that the weights are there."""
    size = sum(part.stat().st_size for part in parts_of(model.path))
    load = Load("?", loading.window, loading.slots, loading.cache)
    # A file by its path has its own name; one of Hugging Face's may have the repository's.
    for name in (model.name, stem_of(model.path.name)):
        if found := subjects.of_file(name, model.path.name, size, load):
            yield from checks(found, this_host(), think)
            return


def _placed(server: OllamaServer) -> dict[str, Placed]:
    """The models in memory; the server's list begins with them."""
    found = {}
    for held in server.held():
        entry = server.in_memory(held.name)
        if entry is None:
            break
        found[held.name] = Placed(entry.size, entry.on_gpu)
    return found


def checks(subject: Subject, host: Host, think: Think | None) -> Iterator[Check]:
    rooms = subject.rooms(host.machine)
    yield from memory_checks(subject, rooms)
    yield from speed_checks(subject, rooms, host)
    yield from heat_checks(host)
    yield from machine_checks(host)
    yield quality_check(subject, rooms, think)
