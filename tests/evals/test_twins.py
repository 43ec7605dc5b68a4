"""Each pair is run where its language is installed: the clean twin is right, the defect is not."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from evals.build import CASES, ORDINARY
from tests.evals.running import CHECKS, failure

PAIRS = sorted(
    about.parent for about in CASES.glob("*/*/case.toml") if about.parent.parent.name != ORDINARY
)
# A twin that does not compile would "fail" its check too.
_COMPILERS = {"gcc", "javac", "rustc"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("go-cache")


def test_every_pair_has_a_check() -> None:
    lacking = [case for case in PAIRS if not (case / CHECKS[case.parent.name].name).is_file()]
    assert PAIRS
    assert not lacking


@pytest.mark.slow
@pytest.mark.parametrize("case", PAIRS, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_check_tells_the_twins_apart(case: Path, tmp_path: Path, cache: Path) -> None:
    check = CHECKS[case.parent.name]
    if missing := check.missing():
        pytest.skip(f"not installed: {', '.join(missing)}")
    path = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))["path"]
    said = {}
    for kind in ("clean", "defect"):
        room = tmp_path / kind
        room.mkdir()
        said[kind] = failure(case, next(case.glob(f"{kind}.*")), path, room, cache)
        shutil.rmtree(room)
    assert not said["clean"], said["clean"]
    assert said["defect"]
    assert said["defect"].split(" ", 1)[0] not in _COMPILERS, said["defect"]
    assert "[build failed]" not in said["defect"], said["defect"]
    assert not said["defect"].startswith("go vet"), said["defect"]
