"""Is the machine slowed by heat? Told by what slows it down, not by a temperature alone.

NVIDIA: the reasons that NVML or nvidia-smi gives for lowered clocks (NVML's reference, page
NvmlClocksEventReasons). Linux: the trip points of its thermal zones (the kernel's documentation,
thermal/sysfs-api), and the bound of the cores' frequency beside what the hardware can. macOS:
`pmset -g therm`, whose CPU_Speed_Limit is 100 at full speed. None was tried on a hot machine.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reviewbot.doctor.check import Check
from reviewbot.doctor.host import Host, number, text

_NVIDIA_SMI = (
    "nvidia-smi",
    "--query-gpu=name,temperature.gpu,clocks_throttle_reasons.active",
    "--format=csv,noheader,nounits",
)
_PMSET = ("pmset", "-g", "therm")

# Bits of NVML's mask: SwThermalSlowdown and HwThermalSlowdown. HwSlowdown (8) is left out: it is
# also set while a clock merely changes.
_THERMAL = 0x20 | 0x40
_POWER_BRAKE = 0x80

# Trip points that slow the machine; `active` ones start a fan.
_SLOWING = ("passive", "hot", "critical")
# Thousandths of a degree. Firmware fills unused trip points and sensors with what is outside.
_LIKELY = range(60_000, 130_000)
# A bound of the frequency below this part of what the hardware can is no mere economy.
_BOUND = 0.6
_FULL_SPEED = 100  # of pmset

_COOL = "let it cool: clean its fans, give it air, or quit what else runs on it"


def heat_checks(host: Host) -> Iterator[Check]:
    yield from _gpus(host)
    if sys.platform == "darwin":
        yield from _mac(host.ask(_PMSET))
        return
    yield from _zones(host.sys / "class" / "thermal")
    yield from _frequency(host.sys / "devices" / "system" / "cpu")


def _gpus(host: Host) -> Iterator[Check]:
    rows = from_nvml(host.nvml) if host.nvml is not None else ()
    for name, degrees, reasons in rows or from_nvidia_smi(host.ask(_NVIDIA_SMI)):
        if reasons & _THERMAL:
            yield Check("warning", "heat", f"{name} is slowed by heat, at {degrees} °C", _COOL)
        elif reasons & _POWER_BRAKE:
            remedy = "check its power supply and cables"
            yield Check("warning", "heat", f"{name} is slowed by its power supply", remedy)


def from_nvml(nvml: Any) -> tuple[tuple[str, int, int], ...]:
    """Name, degrees and the mask of reasons of each GPU, by the package nvidia-ml-py."""
    found = []
    try:
        nvml.nvmlInit()
        for index in range(nvml.nvmlDeviceGetCount()):
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            degrees = nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU)
            reasons = nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)
            name = nvml.nvmlDeviceGetName(handle)
            said = name.decode() if isinstance(name, bytes) else str(name)
            found.append((said, int(degrees), int(reasons)))
        nvml.nvmlShutdown()
    except nvml.NVMLError:
        return ()
    return tuple(found)


def from_nvidia_smi(said: str) -> tuple[tuple[str, int, int], ...]:
    """The same by the command: the mask is hexadecimal."""
    rows = re.findall(r"^(.+), *(\d+), *0x([0-9a-fA-F]+)\s*$", said, re.MULTILINE)
    return tuple((name, int(degrees), int(mask, 16)) for name, degrees, mask in rows)


def _zones(folder: Path) -> Iterator[Check]:
    """The hottest zone of those over a trip point that slows the machine."""
    over = []
    for zone in folder.glob("thermal_zone[0-9]*"):
        now = number(zone / "temp")
        if now is not None and now in _LIKELY and any(now >= trip for trip in _trips(zone)):
            over.append((now, text(zone / "type")))
    for now, name in sorted(over)[-1:]:
        said = f"{name or 'the processor'} is at {now // 1000} °C, where it is slowed down"
        yield Check("warning", "heat", said, _COOL)


def _trips(zone: Path) -> Iterator[int]:
    for kind in zone.glob("trip_point_*_type"):
        trip = number(zone / kind.name.replace("_type", "_temp"))
        if text(kind) in _SLOWING and trip is not None and trip in _LIKELY:
            yield trip


def _frequency(folder: Path) -> Iterator[Check]:
    """The frequency of the moment says nothing: an idle core is slow. Its upper bound, set by
    the user, the firmware or the system, holds under load, too."""
    bounds = []
    for core in folder.glob("cpu[0-9]*/cpufreq"):
        bound, able = number(core / "scaling_max_freq"), number(core / "cpuinfo_max_freq")
        if bound and able:
            bounds.append((bound, able))
    if bounds and all(bound < _BOUND * able for bound, able in bounds):
        bound, able = max(bounds)
        said = f"the cores are held at {bound / 1e6:.1f} of {able / 1e6:.1f} GHz"
        remedy = "choose another power profile: powerprofilesctl set performance"
        yield Check("warning", "heat", said, remedy)


def _mac(said: str) -> Iterator[Check]:
    found = re.search(r"CPU_Speed_Limit\s*=\s*(\d+)", said)
    if found and int(found[1]) < _FULL_SPEED:
        yield Check(
            "warning", "heat", f"macOS holds the cores at {found[1]} % of their speed", _COOL
        )
