"""What the makers' tools say of a GPU, as `Gpu`. Pure readers of their output; `hardware.py` asks.

None of them was tried on a real GPU. The formats are from nvidia-smi's manual (`--query-gpu` with
`--format=csv,noheader,nounits`: memory in MiB, `[N/A]` for what a device does not tell), the
documentation of Linux' amdgpu driver (`mem_info_vram_total` and `mem_info_vram_used`, in bytes),
outputs of `rocm-smi --showmeminfo vram --showproductname --json` that others published, and
macOS' `sysctl hw.memsize iogpu.wired_limit_mb machdep.cpu.brand_string`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Vendor = Literal["NVIDIA", "AMD", "Apple"]

MIB = 1 << 20
GIB = 1 << 30

_AMD = "0x1002"  # the vendor's number on the PCI bus


@dataclass(frozen=True, slots=True)
class Gpu:
    """Memory in bytes; `free` is None where nothing tells it. `unified`: it is the machine's."""

    vendor: Vendor
    name: str
    total: int
    free: int | None = None
    unified: bool = False


def from_nvidia_smi(text: str) -> tuple[Gpu, ...]:
    """Rows of name, total and free memory. A device without memory of its own ([N/A]) is left
    out: what it uses is the machine's."""
    found = []
    for line in text.splitlines():
        name, _, numbers = line.partition(",")
        total, _, free = (part.strip() for part in numbers.partition(","))
        if total.isdigit():
            left = int(free) * MIB if free.isdigit() else None
            found.append(Gpu("NVIDIA", name.strip(), int(total) * MIB, left))
    return tuple(found)


def from_amdgpu(drm: Path) -> tuple[Gpu, ...]:
    """The cards under /sys/class/drm that the amdgpu driver runs."""
    found = []
    for device in sorted(drm.glob("card[0-9]*/device")):
        total = _number(device / "mem_info_vram_total")
        if total is None or _text(device / "vendor") != _AMD:
            continue
        used = _number(device / "mem_info_vram_used")
        name = _text(device / "product_name") or f"AMD GPU ({device.parent.name})"
        found.append(Gpu("AMD", name, total, total - used if used is not None else None))
    return tuple(found)


def from_rocm_smi(text: str) -> tuple[Gpu, ...]:
    """The cards of rocm-smi's JSON. Names of its keys differ in case between releases."""
    try:
        document = json.loads(text)
    except ValueError:
        return ()
    rows = document.items() if isinstance(document, dict) else ()
    found = [_rocm_card(key, row) for key, row in sorted(rows) if isinstance(row, dict)]
    return tuple(gpu for gpu in found if gpu is not None)


def _rocm_card(key: str, row: dict[str, Any]) -> Gpu | None:
    said = {str(name).lower(): str(value) for name, value in row.items()}
    total = said.get("vram total memory (b)", "")
    if not total.isdigit():
        return None
    used = said.get("vram total used memory (b)", "")
    names = (said.get(name, "") for name in ("card series", "card model", "device name"))
    name = next((name for name in names if name and name != "N/A"), f"AMD GPU ({key})")
    return Gpu("AMD", name, int(total), int(total) - int(used) if used.isdigit() else None)


def from_sysctl(text: str) -> tuple[Gpu, ...]:
    """The GPU of an Apple chip. It may use `iogpu.wired_limit_mb` of the machine's memory; 0 is
    the system's own bound, which is not told: about two thirds, and three quarters of more than
    36 GB (seen by others: 21 of 32 GB, 48 of 64 GB)."""
    said = dict(line.partition(": ")[::2] for line in text.splitlines())
    chip, memory = said.get("machdep.cpu.brand_string", ""), said.get("hw.memsize", "")
    if not chip.startswith("Apple") or not memory.isdigit():
        return ()
    total = int(memory)
    limit = said.get("iogpu.wired_limit_mb", "0")
    part = total * 3 // 4 if total > 36 * GIB else total * 2 // 3
    free = int(limit) * MIB if limit.isdigit() and int(limit) else part
    return (Gpu("Apple", chip, total, min(free, total), unified=True),)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text and text.isdigit() else None
