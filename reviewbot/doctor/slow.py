"""What makes a review slow beside heat: no GPU, other programs, swapping, a battery."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from reviewbot.doctor.check import Check, ok
from reviewbot.doctor.host import Host, number, text
from reviewbot.doctor.layers import gpus_of_build
from reviewbot.doctor.subject import Subject, home, pull_command
from reviewbot.models.hardware import parse_meminfo
from reviewbot.models.memory import MIB
from reviewbot.models.recommend import BEARABLE, Room, choose, cpu_speed

# The vendor's number on the PCI bus, and what its GPUs need. A GPU that another driver holds may
# be meant for that (vfio-pci: for a virtual machine); none, or nouveau, is of no use here.
_ON_BUS = {"0x10de": "NVIDIA", "0x1002": "AMD"}
_DISPLAY = "0x03"
_DRIVERS = {
    "NVIDIA": "install NVIDIA's driver, until nvidia-smi lists the GPU",
    "AMD": "load the driver amdgpu: sudo modprobe amdgpu",
}
_USELESS = ("", "nouveau")
# xllamacpp's README: other builds are on the project's own index.
_BUILDS = {"NVIDIA": "cu128", "AMD": "vulkan"}
_INDEX = "https://xorbitsai.github.io/xllamacpp/whl/"

_SWAPPED = 256 * MIB
_SCARCE = 0.1
# Programs that wait for each core, by the mean of a minute.
_BUSY = 1.5


def speed_checks(subject: Subject, rooms: tuple[Room, ...], host: Host) -> Iterator[Check]:
    """What the GPU does not do, and how long the processor takes for it."""
    yield from _missing(host)
    on_cpu = _idle_gpu(subject, host) if host.machine.gpus else None
    if on_cpu is not None:
        yield on_cpu
    placed = subject.placed
    if home(rooms).device == "cpu" or (placed is not None and placed.on_gpu == 0):
        yield _speed(subject, rooms[-1])


def _missing(host: Host) -> Iterator[Check]:
    """GPUs that are on the bus and that no driver tells of."""
    told = {gpu.vendor for gpu in host.machine.gpus}
    for vendor in sorted(_plugged(host.sys / "bus" / "pci" / "devices") - told):
        said = f"a GPU of {vendor} is plugged in, but its driver is not loaded"
        yield Check("warning", "gpu", said, _DRIVERS[vendor])


def _plugged(bus: Path) -> set[str]:
    """Vendors of GPUs that no useful driver holds."""
    displays = (device for device in bus.glob("*") if text(device / "class").startswith(_DISPLAY))
    vendors = {text(device / "vendor") for device in displays if _driver(device) in _USELESS}
    return {_ON_BUS[vendor] for vendor in vendors if vendor in _ON_BUS}


def _driver(device: Path) -> str:
    link = device / "driver"
    return link.resolve().name if link.exists() else ""


def _idle_gpu(subject: Subject, host: Host) -> Check | None:
    """A GPU that is there and that the engine does not use."""
    gpu = host.machine.gpus[0]
    if subject.engine == "ollama":
        if subject.placed is None or subject.placed.on_gpu:
            return None
        said = f"Ollama runs {subject.name} without the GPU that is here, {gpu.name}"
        return Check("warning", "gpu", said, "start it again; its log says why: ollama serve")
    if gpu.unified or gpus_of_build(host.ask):
        return None
    said = f"the embedded engine's build does not use the GPU that is here, {gpu.name}"
    index = f"{_INDEX}{_BUILDS.get(gpu.vendor, 'vulkan')}"
    remedy = f"{sys.executable} -m pip install xllamacpp --force-reinstall --index-url {index}"
    return Check("warning", "gpu", said, f"{remedy}; or use Ollama")


def _speed(subject: Subject, room: Room) -> Check:
    speed = cpu_speed(subject.card, subject.load.quantization, room.cores)
    seconds = speed.chunk("review")
    said = (
        f"without a GPU about {speed.read:.0f} tokens/s read and {speed.written:.0f} written,"
        f" {seconds:.0f} s a chunk (estimated; --measure measures)"
    )
    if seconds <= BEARABLE["review"]:
        return ok("speed", said)
    best = choose("review", (room,))
    remedy = "a machine with a GPU: --url, with --allow-host"
    if best is not None and best.card.parameters < subject.card.parameters:
        pull = pull_command(best.card, best.load.quantization, subject.engine)
        remedy = f"{pull} ({best.seconds:.0f} s a chunk); or {remedy}"
    return Check("warning", "speed", said, remedy)


def machine_checks(host: Host) -> Iterator[Check]:
    """Other programs, swapping and the battery, of Linux."""
    yield from _busy(text(host.proc / "loadavg"), host.machine.cores)
    yield from _swap(text(host.proc / "meminfo"))
    yield from _battery(host.sys / "class" / "power_supply")


def _busy(loadavg: str, cores: int) -> Iterator[Check]:
    load = loadavg.partition(" ")[0]
    if re.fullmatch(r"\d+\.\d+", load) and float(load) > _BUSY * cores:
        said = f"the processor is busy: a load of {load} on {cores} cores"
        yield Check("warning", "load", said, "see what runs beside the model: top")


def _swap(meminfo: str) -> Iterator[Check]:
    total, available = parse_meminfo(meminfo)
    said = dict(line.partition(":")[::2] for line in meminfo.splitlines())
    sizes = [said.get(key, "").split()[:1] for key in ("SwapTotal", "SwapFree")]
    if not (total and available is not None and all(sizes)):
        return
    all_of_it, free = (int(size[0]) * 1024 for size in sizes)
    used = all_of_it - free
    if used >= _SWAPPED and available < _SCARCE * total:
        told = f"memory is full: {available // MIB:,} MiB left, {used // MIB:,} MiB swapped out"
        yield Check("warning", "swap", told, "quit other programs, or take a smaller model")


def _battery(folder: Path) -> Iterator[Check]:
    """On battery, where the machine's own battery (not a mouse's) empties and no cable feeds."""
    supplies = list(folder.glob("*"))
    fed = any(number(supply / "online") for supply in supplies)
    empties = any(
        text(supply / "type") == "Battery"
        and text(supply / "status") == "Discharging"
        and text(supply / "scope") != "Device"
        for supply in supplies
    )
    if empties and not fed:
        yield Check("warning", "power", "on battery: many machines are slower", "plug it in")
