"""Readers of what tools say of a machine. No output here was recorded on a GPU of ours: each says
where its format comes from."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from reviewbot.models import cgroup, gpus, hardware
from reviewbot.models.gpus import GIB, MIB, Gpu

# NVIDIA. The manual of nvidia-smi: rows of what --query-gpu names, memory in MiB.


def test_nvidia_smi_lists_each_gpu() -> None:
    text = "NVIDIA GeForce RTX 4090, 24564, 23028\nTesla T4, 15360, 14910\n"
    assert gpus.from_nvidia_smi(text) == (
        Gpu("NVIDIA", "NVIDIA GeForce RTX 4090", 24564 * MIB, 23028 * MIB),
        Gpu("NVIDIA", "Tesla T4", 15360 * MIB, 14910 * MIB),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "No devices were found\n",
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
        "NVIDIA GB10, [N/A], [N/A]\n",
    ],
)
def test_nvidia_smi_without_memory_to_tell_finds_nothing(text: str) -> None:
    assert gpus.from_nvidia_smi(text) == ()


def test_free_memory_that_is_not_told_is_not_invented() -> None:
    assert gpus.from_nvidia_smi("A, 8192, [N/A]\n") == (Gpu("NVIDIA", "A", 8192 * MIB, None),)


class _NvmlError(Exception):
    pass


@dataclass
class _Nvml:
    """The functions of pynvml that are used, with the results that its documentation gives."""

    names: tuple[str | bytes, ...] = ()
    broken: bool = False
    NVMLError = _NvmlError

    def nvmlInit(self) -> None:  # noqa: N802
        if self.broken:
            raise _NvmlError("Driver Not Loaded")

    def nvmlShutdown(self) -> None:  # noqa: N802
        pass

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.names)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(total=8 * GIB, free=(7 - handle) * GIB, used=GIB)

    def nvmlDeviceGetName(self, handle: int) -> str | bytes:  # noqa: N802
        return self.names[handle]


def test_nvml_lists_each_gpu() -> None:
    assert hardware.from_nvml(_Nvml(("A", b"B"))) == (
        Gpu("NVIDIA", "A", 8 * GIB, 7 * GIB),
        Gpu("NVIDIA", "B", 8 * GIB, 6 * GIB),
    )


def test_nvml_without_driver_finds_nothing() -> None:
    assert hardware.from_nvml(_Nvml(("A",), broken=True)) == ()


def test_the_library_is_asked_before_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "pynvml", _Nvml(("A",)))
    asked: list[str] = []

    def ask(command: tuple[str, ...]) -> str:
        asked.append(command[0])
        return ""

    assert [gpu.name for gpu in hardware.find_gpus(ask) if gpu.vendor == "NVIDIA"] == ["A"]
    assert "nvidia-smi" not in asked


def test_without_the_library_the_command_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "pynvml", None)
    rows = {"nvidia-smi": "Tesla T4, 15360, 14910\n"}
    found = hardware.find_gpus(lambda command: rows.get(command[0], ""))
    assert Gpu("NVIDIA", "Tesla T4", 15360 * MIB, 14910 * MIB) in found


# AMD. Linux' documentation of amdgpu (sysfs), and JSON of rocm-smi that others published.


def _card(drm: Path, name: str, **files: str) -> None:
    folder = drm / name / "device"
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(f"{text}\n")


def test_amdgpu_tells_of_its_cards_alone(tmp_path: Path) -> None:
    memory = {"mem_info_vram_total": str(16 * GIB), "mem_info_vram_used": str(GIB)}
    _card(tmp_path, "card0", vendor="0x8086")
    _card(tmp_path, "card1", vendor="0x1002", product_name="Radeon RX 7800 XT", **memory)
    _card(tmp_path, "card2", vendor="0x1002", mem_info_vram_total=str(8 * GIB))
    (tmp_path / "card1-DP-1").mkdir()
    (tmp_path / "renderD128").mkdir()
    assert gpus.from_amdgpu(tmp_path) == (
        Gpu("AMD", "Radeon RX 7800 XT", 16 * GIB, 15 * GIB),
        Gpu("AMD", "AMD GPU (card2)", 8 * GIB, None),
    )


def test_without_amdgpu_there_is_nothing(tmp_path: Path) -> None:
    assert gpus.from_amdgpu(tmp_path / "absent") == ()


def test_rocm_smi_lists_each_card_whatever_the_case_of_its_keys() -> None:
    text = json.dumps(
        {
            "card0": {
                "Card Series": "Radeon RX 7900 XTX",
                "VRAM Total Memory (B)": "25753026560",
                "VRAM Total Used Memory (B)": "1073741824",
            },
            "card1": {"Card series": "N/A", "Card model": "0x7551", "VRAM Total Memory (B)": "9"},
            "system": {"Driver version": "6.7.0"},
        }
    )
    assert gpus.from_rocm_smi(text) == (
        Gpu("AMD", "Radeon RX 7900 XTX", 25753026560, 25753026560 - GIB),
        Gpu("AMD", "0x7551", 9, None),
    )


@pytest.mark.parametrize("text", ["", "WARNING: no GPU", "[]", '{"card0": 1}', '{"card0": {}}'])
def test_rocm_smi_without_cards_finds_nothing(text: str) -> None:
    assert gpus.from_rocm_smi(text) == ()


# Apple. Outputs of sysctl that others published.


def _sysctl(memory: int, limit: int = 0, chip: str = "Apple M2 Max") -> str:
    return (
        f"hw.memsize: {memory}\niogpu.wired_limit_mb: {limit}\nmachdep.cpu.brand_string: {chip}\n"
    )


@pytest.mark.parametrize(
    ("memory", "limit", "free"),
    [
        (32 * GIB, 0, 32 * GIB * 2 // 3),
        (64 * GIB, 0, 48 * GIB),
        (32 * GIB, 26624, 26624 * MIB),
        (16 * GIB, 999_999, 16 * GIB),
    ],
)
def test_an_apple_chip_shares_the_memory(memory: int, limit: int, free: int) -> None:
    found = gpus.from_sysctl(_sysctl(memory, limit))
    assert found == (Gpu("Apple", "Apple M2 Max", memory, free, unified=True),)


def test_an_older_system_does_not_know_the_limit() -> None:
    text = "hw.memsize: 17179869184\nmachdep.cpu.brand_string: Apple M1\n"
    assert gpus.from_sysctl(text)[0].free == 16 * GIB * 2 // 3


@pytest.mark.parametrize("text", ["", _sysctl(GIB, chip="Intel(R) Core(TM) i7"), "hw.memsize: x\n"])
def test_a_mac_without_apple_chip_has_no_gpu_of_use(text: str) -> None:
    assert gpus.from_sysctl(text) == ()


def test_on_a_mac_the_system_alone_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    asked: list[tuple[str, ...]] = []

    def ask(command: tuple[str, ...]) -> str:
        asked.append(command)
        return _sysctl(16 * GIB)

    assert [gpu.vendor for gpu in hardware.find_gpus(ask)] == ["Apple"]
    assert [command[0] for command in asked] == ["sysctl"]


# Cores and memory. /proc/meminfo as Linux writes it.


def test_meminfo_tells_all_and_available_memory() -> None:
    text = "MemTotal:       24684084 kB\nMemFree:         123 kB\nMemAvailable:   21000000 kB\n"
    assert hardware.parse_meminfo(text) == (24684084 * 1024, 21000000 * 1024)
    assert hardware.parse_meminfo("HugePages_Total:       0\nodd\n") == (None, None)


def test_this_machine_has_cores_and_memory() -> None:
    found = hardware.machine()
    assert found.cores >= 1
    assert found.memory is not None
    assert found.memory > GIB // 4
    assert found.available is None or found.available <= found.memory


def test_a_command_that_is_missing_fails_or_hangs_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hardware, "_SECONDS", 0.2)
    assert hardware.run(("absent-command-of-no-one",)) == ""
    assert hardware.run((sys.executable, "-c", "import time; time.sleep(9)")) == ""
    assert hardware.run((sys.executable, "-c", "")) == ""


def test_what_a_failing_command_printed_counts() -> None:
    program = "print('hw.memsize: 1'); raise SystemExit(1)"
    assert hardware.run((sys.executable, "-c", program)).strip() == "hw.memsize: 1"


def test_the_limit_of_a_container_counts_where_it_is_tighter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hardware, "_memory", lambda: (9000, 5000))
    for limit, least in ((4000, 4000), (6000, 5000), (None, 5000)):
        monkeypatch.setattr(cgroup, "available", lambda limit=limit: limit)
        assert hardware.available() == least
    monkeypatch.setattr(hardware, "_memory", lambda: (9000, None))
    assert hardware.available() is None
