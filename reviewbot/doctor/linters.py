"""Which linters a review would hear beside the model."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.doctor.check import Check, failed, ok
from reviewbot.errors import UsageError
from reviewbot.linters.table import EXTRA, LINTERS
from reviewbot.linters.witness import check_installed, versions
from reviewbot.settings import LinterMode


def linter_checks(mode: LinterMode) -> Iterator[Check]:
    try:
        check_installed(mode)
    except UsageError as error:
        yield failed("linters", error)
        return
    if mode == "off":
        yield ok("linters", "off")
        return
    found = versions(mode)
    missing = [linter.name for linter in LINTERS if linter.name not in found]
    told = ", ".join(f"{name} {version}" for name, version in found.items()) or "none"
    lacking = f"; not installed: {', '.join(missing)} (pip install '{EXTRA}')" if missing else ""
    yield ok("linters", told + lacking)
