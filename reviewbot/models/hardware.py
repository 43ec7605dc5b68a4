"""What this machine has: GPUs, cores and memory. Nothing is loaded or written to find out."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewbot.models import cgroup, gpus
from reviewbot.models.gpus import Gpu

KIB = 1 << 10

_NVIDIA_SMI = (
    "nvidia-smi",
    "--query-gpu=name,memory.total,memory.free",
    "--format=csv,noheader,nounits",
)
_ROCM_SMI = ("rocm-smi", "--showmeminfo", "vram", "--showproductname", "--json")
_SYSCTL = ("sysctl", "hw.memsize", "iogpu.wired_limit_mb", "machdep.cpu.brand_string")
# A driver that hangs must not hang us.
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Machine:
    """`memory` and `available` (what could be had without swapping) are bytes; None: not told."""

    gpus: tuple[Gpu, ...]
    cores: int
    memory: int | None
    available: int | None


Run = Callable[[tuple[str, ...]], str]


def machine() -> Machine:
    memory, _ = _memory()
    return Machine(find_gpus(run), _cores(), memory, available())


def available() -> int | None:
    """Bytes that could be had without swapping and without passing the limit of a container."""
    known = [bound for bound in (_memory()[1], cgroup.available()) if bound is not None]
    return min(known, default=None)


def find_gpus(ask: Run) -> tuple[Gpu, ...]:
    """The GPUs by the first source that knows any: NVIDIA's library where it is installed, else
    its command; AMD's driver, else its command; Apple's by the system."""
    if sys.platform == "darwin":
        return gpus.from_sysctl(ask(_SYSCTL))
    nvidia = _from_nvml() or gpus.from_nvidia_smi(ask(_NVIDIA_SMI))
    amd = gpus.from_amdgpu(Path("/sys/class/drm")) or gpus.from_rocm_smi(ask(_ROCM_SMI))
    return nvidia + amd


def run(command: tuple[str, ...]) -> str:
    """What a command prints; nothing where it is missing, fails or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    # sysctl fails as a whole where one key is unknown, yet prints the others.
    return done.stdout.decode("utf-8", "replace")


def from_nvml(nvml: Any) -> tuple[Gpu, ...]:
    """The GPUs that `pynvml`, the module of the package nvidia-ml-py, lists."""
    found = []
    try:
        nvml.nvmlInit()
        for index in range(nvml.nvmlDeviceGetCount()):
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            memory = nvml.nvmlDeviceGetMemoryInfo(handle)
            name = nvml.nvmlDeviceGetName(handle)
            text = name.decode() if isinstance(name, bytes) else str(name)  # bytes before 12.535
            found.append(Gpu("NVIDIA", text, int(memory.total), int(memory.free)))
        nvml.nvmlShutdown()
    except nvml.NVMLError:  # no driver, or a device without memory of its own
        return ()
    return tuple(found)


def _from_nvml() -> tuple[Gpu, ...]:
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError:
        return ()
    return from_nvml(nvml)


def parse_meminfo(text: str) -> tuple[int | None, int | None]:
    """MemTotal and MemAvailable of /proc/meminfo, in bytes."""
    said = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        number = value.strip().partition(" ")[0]
        if number.isdigit():
            said[key] = int(number) * KIB
    return said.get("MemTotal"), said.get("MemAvailable")


def _memory() -> tuple[int | None, int | None]:
    try:
        return parse_meminfo(Path("/proc/meminfo").read_text(encoding="ascii"))
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), None
    except (AttributeError, OSError, ValueError):
        return None, None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
