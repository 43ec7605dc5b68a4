"""This project as others name it in their hooks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, Repository


@pytest.fixture(scope="session")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a user's `repo:` names: a clone of this project as it stands, committed."""
    path = tmp_path_factory.mktemp("hook") / "reviewbot"
    environ = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        check=True,
    )
    for name in filter(None, tracked.stdout.decode().split("\0")):
        source = ROOT / name
        if source.is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(source.read_bytes())
    made = Repository(path)
    made.git("init", "--quiet", "--template=")
    made.git("add", ".")
    made.git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "x")
    return path
