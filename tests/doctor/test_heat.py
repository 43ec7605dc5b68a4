"""What slows a machine down by heat. No file here was recorded on a hot machine: their forms are
the kernel's, NVML's and macOS' own."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.doctor.heat import from_nvidia_smi, from_nvml, heat_checks
from reviewbot.doctor.host import Host
from tests.doctor.conftest import Files

_ZONE = "sys/class/thermal/thermal_zone0"
_CORE = "sys/devices/system/cpu/cpu0/cpufreq"


@pytest.fixture(autouse=True)
def _linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def _said(host: Host) -> list[str]:
    checks = list(heat_checks(host))
    assert all((check.state, check.name) == ("warning", "heat") for check in checks)
    assert all(check.remedy for check in checks)
    return [check.text for check in checks]


def _zone(temp: int, trip: int, kind: str = "passive") -> dict[str, str]:
    return {
        f"{_ZONE}/type": "x86_pkg_temp",
        f"{_ZONE}/temp": str(temp),
        f"{_ZONE}/trip_point_0_type": kind,
        f"{_ZONE}/trip_point_0_temp": str(trip),
    }


def test_a_machine_without_sensors_says_nothing(host: Host) -> None:
    assert _said(host) == []


def test_a_zone_over_its_trip_point_is_told(host: Host, files: Files) -> None:
    files(**_zone(97_000, 95_000))
    assert _said(host) == ["x86_pkg_temp is at 97 °C, where it is slowed down"]


@pytest.mark.parametrize(
    ("temp", "trip", "kind"),
    [
        (94_000, 95_000, "passive"),
        (97_000, 95_000, "active"),  # starts a fan
        (55_000, -274_000, "passive"),  # unused
        (55_000, 0, "critical"),
        (97_000, 20_000, "passive"),  # of a battery, or made up
        (255_000, 95_000, "hot"),  # a sensor that is not there
        (20_000, 20_000, "passive"),
    ],
)
def test_a_zone_that_says_nothing_of_slowing_is_no_alarm(
    host: Host, files: Files, temp: int, trip: int, kind: str
) -> None:
    files(**_zone(temp, trip, kind))
    assert _said(host) == []


def test_a_trip_point_that_cannot_be_read_is_no_alarm(host: Host, files: Files) -> None:
    files(**_zone(97_000, 95_000) | {f"{_ZONE}/trip_point_0_temp": ""})
    assert _said(host) == []


@pytest.mark.parametrize(
    ("bound", "now", "told"),
    [
        (1_200_000, 1_200_000, ["the cores are held at 1.2 of 4.2 GHz"]),
        (4_200_000, 800_000, []),  # idle
        (3_000_000, 800_000, []),  # without turbo
    ],
)
def test_the_bound_of_the_frequency_counts_and_not_the_frequency(
    host: Host, files: Files, bound: int, now: int, told: list[str]
) -> None:
    files(
        **{
            f"{_CORE}/scaling_max_freq": str(bound),
            f"{_CORE}/scaling_cur_freq": str(now),
            f"{_CORE}/cpuinfo_max_freq": "4200000",
        }
    )
    assert _said(host) == told


def test_one_core_that_is_not_held_is_enough(host: Host, files: Files) -> None:
    for core, bound in (("cpu0", 1_200_000), ("cpu1", 4_200_000)):
        folder = f"sys/devices/system/cpu/{core}/cpufreq"
        files(**{f"{folder}/scaling_max_freq": str(bound)})
        files(**{f"{folder}/cpuinfo_max_freq": "4200000"})
    assert _said(host) == []


# NVIDIA


class _NvmlError(Exception):
    pass


@dataclass
class _Nvml:
    """The functions of pynvml that are used."""

    reasons: int
    broken: bool = False
    NVMLError = _NvmlError
    NVML_TEMPERATURE_GPU = 0

    def nvmlInit(self) -> None:  # noqa: N802
        pass

    def nvmlShutdown(self) -> None:  # noqa: N802
        pass

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return 1

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetName(self, _: int) -> bytes:  # noqa: N802
        return b"RTX 4090"

    def nvmlDeviceGetTemperature(self, _: int, sensor: int) -> int:  # noqa: N802
        assert sensor == self.NVML_TEMPERATURE_GPU
        return 91

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, _: int) -> int:  # noqa: N802
        if self.broken:
            raise _NvmlError("Not Supported")
        return self.reasons


@pytest.mark.parametrize("reasons", [0x20, 0x40, 0x68])
def test_a_gpu_that_is_slowed_by_heat_is_told(host: Host, reasons: int) -> None:
    hot = replace(host, nvml=_Nvml(reasons))
    assert _said(hot) == ["RTX 4090 is slowed by heat, at 91 °C"]


def test_a_gpu_that_lacks_power_is_told(host: Host) -> None:
    assert _said(replace(host, nvml=_Nvml(0x80))) == ["RTX 4090 is slowed by its power supply"]


@pytest.mark.parametrize("reasons", [0, 0x1, 0x4, 0x8])
def test_an_idle_gpu_or_one_at_its_power_cap_is_no_alarm(host: Host, reasons: int) -> None:
    assert _said(replace(host, nvml=_Nvml(reasons))) == []


def test_a_gpu_that_does_not_tell_is_no_alarm(host: Host) -> None:
    assert from_nvml(_Nvml(0x40, broken=True)) == ()
    assert _said(replace(host, nvml=_Nvml(0x40, broken=True))) == []


def test_without_the_library_the_command_is_asked(host: Host) -> None:
    rows = {"nvidia-smi": "Tesla T4, 88, 0x0000000000000040\nTesla P4, 60, 0x0000000000000001\n"}
    asked = replace(host, ask=lambda command: rows.get(command[0], ""))
    assert _said(asked) == ["Tesla T4 is slowed by heat, at 88 °C"]


@given(st.text() | st.text("GPU ,x0123456789[N/A]\n"))
def test_whatever_the_command_prints_can_be_read(said: str) -> None:
    assert all(degrees >= 0 <= mask for _, degrees, mask in from_nvidia_smi(said))


# macOS


@pytest.mark.parametrize(
    ("limit", "told"), [("55", ["macOS holds the cores at 55 % of their speed"]), ("100", [])]
)
def test_a_mac_is_asked_by_its_own_command(
    host: Host, monkeypatch: pytest.MonkeyPatch, limit: str, told: list[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    rows = {
        "pmset": "Note: No thermal warning level has been recorded\n"
        f"CPU Power notify\n\tCPU_Scheduler_Limit \t= 100\n\tCPU_Speed_Limit \t= {limit}\n"
    }
    assert _said(replace(host, ask=lambda command: rows.get(command[0], ""))) == told
