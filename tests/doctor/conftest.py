"""A machine of the test's own making: nothing of the real one is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.doctor.host import Host
from reviewbot.models.gpus import GIB, Gpu
from reviewbot.models.hardware import Machine

CARD = Gpu("NVIDIA", "NVIDIA RTX 4060", 8 * GIB, 7 * GIB)
Files = Callable[..., None]


def machine(*gpus: Gpu, cores: int = 8, available: int = 12 * GIB) -> Machine:
    return Machine(gpus, cores, 16 * GIB, available)


def silent(_: tuple[str, ...]) -> str:
    return ""


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A processor of eight cores, and no file of the kernel."""
    return Host(machine(), silent, tmp_path / "sys", tmp_path / "proc")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Writes files of the kernel, by their paths below the root."""

    def write(**contents: str) -> None:
        for name, said in contents.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{said}\n")

    return write
