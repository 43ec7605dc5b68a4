"""What makes a review slow, and what is no reason for an alarm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.doctor.check import Check
from reviewbot.doctor.host import Host
from reviewbot.doctor.slow import machine_checks, speed_checks
from reviewbot.doctor.subject import Placed, Subject
from reviewbot.models.gpus import GIB, Gpu
from tests.doctor.conftest import CARD, Files, machine
from tests.doctor.test_subject import embedded, ollama


def _speed(subject: Subject, host: Host) -> dict[str, Check]:
    checks = speed_checks(subject, subject.rooms(host.machine), host)
    return {check.name: check for check in checks}


# The GPU


def _display(
    files: Files, tmp_path: Path, vendor: str, driver: str = "", kind: str = "0x030000"
) -> None:
    device = "sys/bus/pci/devices/0000:01:00.0"
    files(**{f"{device}/class": kind, f"{device}/vendor": vendor})
    if driver:
        folder = tmp_path / "drivers" / driver
        folder.mkdir(parents=True)
        (tmp_path / device / "driver").symlink_to(folder)


@pytest.mark.parametrize(
    ("vendor", "driver", "remedy"),
    [("0x10de", "", "nvidia-smi"), ("0x10de", "nouveau", "nvidia-smi"), ("0x1002", "", "amdgpu")],
)
def test_a_gpu_without_its_driver_is_told(
    host: Host, files: Files, tmp_path: Path, vendor: str, driver: str, remedy: str
) -> None:
    _display(files, tmp_path, vendor, driver)
    found = _speed(ollama("qwen2.5-coder:1.5b"), host)["gpu"]
    assert (found.state, remedy in found.remedy) == ("warning", True)


@pytest.mark.parametrize(
    ("vendor", "driver", "kind"),
    [
        ("0x10de", "nvidia", "0x030000"),
        ("0x10de", "vfio-pci", "0x030200"),  # a virtual machine's
        ("0x8086", "", "0x030000"),  # Intel's
        ("0x10de", "", "0x040300"),  # the sound of a GPU
    ],
)
def test_what_is_no_gpu_to_expect_is_no_alarm(
    host: Host, files: Files, tmp_path: Path, vendor: str, driver: str, kind: str
) -> None:
    _display(files, tmp_path, vendor, driver, kind)
    assert "gpu" not in _speed(ollama("qwen2.5-coder:1.5b"), host)


def test_a_server_that_leaves_the_gpu_alone_is_told(host: Host) -> None:
    host = replace(host, machine=machine(CARD))
    idle = ollama("qwen2.5-coder:1.5b", placed=Placed(2 * GIB, 0))
    found = _speed(idle, host)
    assert (found["gpu"].state, CARD.name in found["gpu"].text) == ("warning", True)
    assert "tokens/s" in found["speed"].text


@pytest.mark.parametrize("placed", [None, Placed(2 * GIB, 2 * GIB)])
def test_a_model_on_the_gpu_is_fast_enough(host: Host, placed: Placed | None) -> None:
    host = replace(host, machine=machine(CARD))
    assert _speed(ollama("qwen2.5-coder:1.5b", placed=placed), host) == {}


@pytest.mark.parametrize(
    ("vendor", "devices", "index"),
    [
        ("NVIDIA", "GGML_BACKEND_DEVICE_TYPE_CPU\n", "/whl/cu128"),
        ("AMD", "", "/whl/vulkan"),
        ("NVIDIA", "GGML_BACKEND_DEVICE_TYPE_GPU\nGGML_BACKEND_DEVICE_TYPE_CPU\n", ""),
    ],
)
def test_a_build_without_the_gpu_is_told_with_the_one_that_has_it(
    host: Host, vendor: str, devices: str, index: str
) -> None:
    card = Gpu("AMD" if vendor == "AMD" else "NVIDIA", "X", 8 * GIB, 8 * GIB)
    host = replace(host, machine=machine(card), ask=lambda _: devices)
    found = _speed(embedded(), host)
    assert ("gpu" in found) == bool(index)
    if index:
        assert index in found["gpu"].remedy


# The processor


def test_the_speed_of_a_processor_is_estimated(host: Host) -> None:
    """The measured model on the measured cores."""
    found = _speed(ollama("qwen2.5-coder:1.5b"), replace(host, machine=machine(cores=2)))
    assert found["speed"].state == "ok"
    assert "about 54 tokens/s read and 19 written, 29 s a chunk" in found["speed"].text


def test_a_model_that_is_too_slow_is_told_with_one_that_is_not(host: Host) -> None:
    found = _speed(ollama("qwen2.5-coder:14b"), replace(host, machine=machine(cores=2)))["speed"]
    assert found.state == "warning"
    assert "ollama pull qwen2.5-coder:3b" in found.remedy
    assert "s a chunk); or " in found.remedy


# The rest of the machine


def _machine(host: Host) -> list[str]:
    checks = list(machine_checks(host))
    assert all(check.state == "warning" and check.remedy for check in checks)
    return [check.name for check in checks]


def test_a_machine_that_tells_nothing_is_no_alarm(host: Host) -> None:
    assert _machine(host) == []


def _meminfo(available: int, free_swap: int) -> str:
    sizes = {"MemTotal": 16 << 20, "MemAvailable": available, "SwapTotal": 4 << 20}
    rows = (sizes | {"SwapFree": free_swap}).items()
    return "\n".join(f"{name}:  {size} kB" for name, size in rows)


@pytest.mark.parametrize(
    ("available", "free_swap", "told"),
    [
        (1 << 20, 2 << 20, ["swap"]),
        (8 << 20, 2 << 20, []),  # swapped out long ago
        (1 << 20, 4 << 20, []),  # full, and nothing swapped out
    ],
)
def test_swapping_is_told_while_memory_is_full(
    host: Host, files: Files, available: int, free_swap: int, told: list[str]
) -> None:
    files(**{"proc/meminfo": _meminfo(available, free_swap)})
    assert _machine(host) == told


def test_memory_without_swap_is_no_alarm(host: Host, files: Files) -> None:
    files(**{"proc/meminfo": "MemTotal: 100 kB\nMemAvailable: 1 kB\n"})
    assert _machine(host) == []


@pytest.mark.parametrize(("load", "told"), [("14.02", ["load"]), ("7.90", []), ("odd", [])])
def test_other_programs_are_told(host: Host, files: Files, load: str, told: list[str]) -> None:
    files(**{"proc/loadavg": f"{load} 1.00 0.50 1/200 4242"})
    assert _machine(host) == told


_BATTERY = {"BAT0/type": "Battery", "BAT0/status": "Discharging"}


@pytest.mark.parametrize(
    ("supplies", "told"),
    [
        (_BATTERY, ["power"]),
        (_BATTERY | {"AC/type": "Mains", "AC/online": "0"}, ["power"]),
        (_BATTERY | {"AC/type": "Mains", "AC/online": "1"}, []),
        (_BATTERY | {"usb/type": "USB", "usb/online": "1"}, []),
        (_BATTERY | {"BAT0/status": "Full"}, []),
        (_BATTERY | {"BAT0/scope": "Device"}, []),  # a mouse
        ({"AC/type": "Mains", "AC/online": "0"}, []),
    ],
)
def test_a_machine_on_its_battery_is_told(
    host: Host, files: Files, supplies: dict[str, str], told: list[str]
) -> None:
    files(**{f"sys/class/power_supply/{name}": said for name, said in supplies.items()})
    assert _machine(host) == told
