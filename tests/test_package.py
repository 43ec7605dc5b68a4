"""What is installed: every package and every file that is read at run time."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.conftest import ROOT

SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
# Packages that stand in a folder of another name.
MAPPED = {name: folder for name, folder in SETUP["package-dir"].items() if name != "reviewbot"}


def _folders() -> set[Path]:
    return {path.parent for path in (ROOT / "reviewbot").rglob("__init__.py")}


def test_every_package_is_listed() -> None:
    found = {".".join(folder.relative_to(ROOT).parts) for folder in _folders()}
    assert set(SETUP["packages"]) == found | MAPPED.keys()


def test_every_file_that_is_no_module_is_listed() -> None:
    listed = {
        path
        for package, patterns in SETUP["package-data"].items()
        if package not in MAPPED
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    suffixes = {".py", ".pyc"}
    files = (path for path in (ROOT / "reviewbot").rglob("*") if path.is_file())
    assert {path for path in files if path.suffix not in suffixes} == listed


def test_mapped_packages_bring_their_data() -> None:
    assert {"reviewbot.evals", "reviewbot.prompts"} == MAPPED.keys()
    for package, folder in MAPPED.items():
        assert (ROOT / folder / "__init__.py").is_file()
        for pattern in SETUP["package-data"][package]:
            assert list((ROOT / folder).glob(pattern)), f"{package}: no {pattern}"
