"""The doctor says which linters are heard."""

from __future__ import annotations

import pytest

from reviewbot.doctor.linters import linter_checks
from reviewbot.linters import witness
from reviewbot.linters.table import LINTERS


def test_installed_linters_are_named_with_their_versions() -> None:
    (check,) = linter_checks("auto")
    assert check.state == "ok"
    for linter in LINTERS:
        assert f"{linter.name} {witness.versions('auto')[linter.name]}" in check.text


def test_what_is_missing_is_no_fault_unless_it_must_be_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(witness, "program", lambda _: None)
    (maybe,), (must,) = linter_checks("auto"), linter_checks("on")
    assert (maybe.state, must.state) == ("ok", "error")
    assert "none; not installed: ruff, shellcheck, oxlint" in maybe.text
    assert "pip install" in must.remedy


def test_off_is_off() -> None:
    (check,) = linter_checks("off")
    assert check.text == "off"
