"""Models, memory and recommendations as plain text. Sums are of whole MiB: tables add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.cells import cells, left, right
from reviewbot.models.card import Card, cards, guide, sources
from reviewbot.models.catalog import Weights
from reviewbot.models.gpus import Gpu
from reviewbot.models.hardware import Machine
from reviewbot.models.memory import MIB, Load, Need, need, rule_of_thumb
from reviewbot.models.recommend import Choice, Room, Task
from reviewbot.settings import CacheType

_SHOWN_CONTEXT = 8192
_PER_VALUE: dict[CacheType, str] = {"f16": "2", "q8_0": "1.0625", "q4_0": "0.5625"}
_F16_BITS = 16.0


def mib(size: int) -> int:
    """Whole MiB, rounded up."""
    return -(-size // MIB)


def total_mib(found: Need) -> int:
    return sum(map(mib, (found.weights, found.kv, found.compute, found.overhead)))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns, the first to the left and the others to the right; the last is free text."""
    lines = [head, *rows]
    widths = [max(cells(line[at]) for line in lines) for at in range(len(head))]
    text = ""
    for line in lines:
        shown = [left(line[0], widths[0])]
        shown += [right(cell, width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)]
        text += "   " + "  ".join([*shown, line[-1]]).rstrip() + "\n"
    return text


def catalogue() -> str:
    """Every model in a line, and the guide to quantisations."""
    rows = []
    for card in cards():
        size = card.file_bytes(card.quantization or "")
        gigabytes = f"{size / 1e9:.1f}" if size else "-"
        use = ", ".join(card.suits) or f"- {card.why_not or ''}"
        thinks = "thinks" if card.thinks else ""
        rows.append((card.name, f"{card.parameters / 1e9:.2f}", gigabytes, thinks, use))
    head = ("model", "billion parameters", "GB", "", "suits")
    return table(head, rows) + "\nQuantisations, by the figures of an 8B model:\n" + _guide()


def _guide() -> str:
    rows = [
        (q.name, f"{q.bits:.2f}", f"{q.bits / _F16_BITS:.2f}", f"+{q.perplexity:.4f}", q.when)
        for q in guide().values()
    ]
    head = ("name", "bits a weight", "of F16's size", "perplexity", "when")
    return table(head, rows) + _sources(["llama-quantize"])


def card_text(card: Card) -> str:
    """All that is known of one model."""
    active = f", {card.active / 1e9:.2f}B active" if card.active else ""
    thinks = "; thinks before it answers" if card.thinks else ""
    lines = [
        f"{card.name}: {card.hub}, {card.licence}",
        f"   {card.parameters / 1e9:.2f}B parameters{active};"
        f" trained on {card.context:,} tokens{thinks}",
        f"   suits: {', '.join(card.suits) or f'nothing here. {card.why_not}'}",
    ]
    lines += [f"   {card.note}"] if card.note else []
    lines += [f"   {score.benchmark}: {score.value} [{score.source}]" for score in card.scores]
    used = {*card.sources.values(), *(score.source for score in card.scores)}
    return "\n".join(lines) + "\n" + _memory(card) + _sources(sorted(used))


def _memory(card: Card) -> str:
    context = min(_SHOWN_CONTEXT, card.context)
    rows = []
    for quantization in card.quantizations:
        found = need(card, Load(quantization, context))
        if found is not None:
            parts = (found.weights, found.kv, found.compute, found.overhead)
            numbers = [f"{mib(part):,}" for part in parts]
            total = total_mib(found)
            rule = _rule(card, quantization, total)
            rows.append((quantization, *numbers, f"{total:,}", *rule, card.tag(quantization)))
    if not rows:
        return "   memory: not known; its shape or size is not published in a form used here\n"
    head = ("quantisation", "weights", "KV", "compute", "overhead", "total")
    bound = "; the cache is an upper bound" if card.shape_is_bound else ""
    said = f"   MiB on a GPU with {context:,} tokens of context{bound};"
    said += " the popular rule: parameters × bits / 8 × 1.2\n"
    return said + table((*head, "popular rule", "its error", "ollama pull"), rows)


def _rule(card: Card, quantization: str, total: int) -> tuple[str, str]:
    rule = rule_of_thumb(card, quantization)
    if rule is None:
        return "-", "-"
    return f"{mib(rule):,}", f"{mib(rule) / total - 1:+.0%}"


def _sources(keys: Iterable[str]) -> str:
    known = sources()
    return "".join(f"   [{key}] {known[key]}\n" for key in keys)


def machine_text(machine: Machine) -> str:
    lines = [_gpu(gpu) for gpu in machine.gpus] or ["no GPU found"]
    memory = f"{mib(machine.memory):,} MiB of memory" if machine.memory else "memory not told"
    free = f", {mib(machine.available):,} available" if machine.available else ""
    return "machine: " + "; ".join([*lines, _cores(machine.cores), memory + free]) + "\n"


def _cores(number: int) -> str:
    return "1 core" if number == 1 else f"{number} cores"


def _gpu(gpu: Gpu) -> str:
    free = f", {mib(gpu.free):,} of them for a model" if gpu.free is not None else ""
    return f"{gpu.name} with {mib(gpu.total):,} MiB{' (shared)' if gpu.unified else ''}{free}"


def room_text(room: Room) -> str:
    return f"room for a model: {room.bytes // MIB:,} MiB ({room.reason})\n"


def nothing_text(task: Task) -> str:
    return (
        f"\n{task}: nothing of the catalogue fits in memory and time;"
        " use a server with a GPU: --allow-host\n"
    )


def choice_text(choice: Choice, embedded: Weights | None) -> str:
    """A recommendation with its arithmetic. `embedded`: the weights that `models pull` has."""
    card, load = choice.card, choice.load
    head = f"\n{choice.task}: {card.name}, {load.quantization}, {load.context:,} tokens of context"
    lines = [f"{head}, KV cache {load.cache}", f"   ollama pull {card.tag(load.quantization)}"]
    if embedded:
        pull = f"reviewbot models pull {embedded.name} ({embedded.file})"
        lines.append(f"   or, without a server: {pull}")
    if load.cache != "f16":
        flag = f"; without one: --cache-type {load.cache}" if embedded else ""
        lines.append(f"   set OLLAMA_KV_CACHE_TYPE={load.cache} for the server{flag}")
    if choice.seconds is not None:
        lines.append(
            f"   about {choice.seconds:.0f} seconds for a chunk on {_cores(choice.room.cores)}"
        )
    lines.append(f"   licence: {card.licence}")
    lines += [f"   {card.note}"] if card.note else []
    return "\n".join(lines) + "\n" + _sum(choice)


def _sum(choice: Choice) -> str:
    card, load, found = choice.card, choice.load, choice.need
    total = total_mib(found)
    rule, error = _rule(card, load.quantization, total)
    rows = [
        ("weights", f"{mib(found.weights):,}", _weights_note(found, load)),
        ("KV cache", f"{mib(found.kv):,}", _kv_note(card, load)),
        ("compute", f"{mib(found.compute):,}", "taken as 0.5 GiB; less for small models"),
        ("overhead", f"{mib(found.overhead):,}", _overhead_note(load)),
        ("total", f"{total:,}", f"of {choice.room.bytes // MIB:,}; {_more(choice)}"),
        ("popular rule", rule, f"parameters × bits / 8 × 1.2: {error}"),
    ]
    return table(("", "MiB", ""), rows)


def _more(choice: Choice) -> str:
    return f"{choice.most_context:,} tokens of context would fit"


def _weights_note(found: Need, load: Load) -> str:
    estimated = "weights" in found.estimated
    return f"parameters × {guide()[load.quantization].bits} bits" if estimated else "the file"


def _kv_note(card: Card, load: Load) -> str:
    shape = card.shape
    if shape is None:
        return ""
    sizes = f"({shape.key_size} + {shape.value_size})"
    return (
        f"{shape.layers} layers × {shape.kv_heads} heads × {sizes} × {load.context:,} tokens"
        f" × {_PER_VALUE[load.cache]} bytes"
    )


def _overhead_note(load: Load) -> str:
    return "the GPU's context" if load.device == "gpu" else "weights copied into another order"
