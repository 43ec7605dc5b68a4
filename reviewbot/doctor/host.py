"""What the doctor reads of the machine beside its size: places of Linux, and commands."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewbot.models import hardware
from reviewbot.models.hardware import Machine, Run


@dataclass(frozen=True, slots=True)
class Host:
    """A test gives folders and answers of its own. `nvml`: the module pynvml, where it is."""

    machine: Machine
    ask: Run = hardware.run
    sys: Path = Path("/sys")
    proc: Path = Path("/proc")
    nvml: Any = field(default=None, repr=False)


def this_host() -> Host:
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError:
        nvml = None
    return Host(hardware.machine(), nvml=nvml)


def text(path: Path) -> str:
    """What a file of the kernel says; nothing where it is absent or its device does not answer."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def number(path: Path) -> int | None:
    said = text(path)
    return int(said) if said.removeprefix("-").isdecimal() else None
