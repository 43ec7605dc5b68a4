"""Hook managers as people set them up: each puts both hooks of reviewbot into a repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Repository, git_is, required

# The working tree, and this project as a manager may clone it.
SetUp = Callable[[Repository, Path], None]

STAGES = ("pre-commit", "pre-merge-commit", "pre-push", "post-commit")
_LEFTHOOK = """\
pre-commit:
  commands:
    reviewbot:
      run: reviewbot hook pre-commit
pre-merge-commit:
  commands:
    reviewbot:
      run: reviewbot hook pre-merge-commit
pre-push:
  commands:
    reviewbot:
      use_stdin: true
      run: reviewbot hook pre-push {1} {2}
post-commit:
  commands:
    reviewbot:
      run: reviewbot hook post-commit
"""
_HUSKY = ROOT / ".cache" / "node" / "node_modules" / "husky" / "bin.js"


def tool(name: str) -> str:
    """A program of the development environment, or the system's."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = shutil.which(name, path=path)
    if found is None:
        required("hooks")
        raise AssertionError
    return found


def plain(repository: Repository, _project: Path) -> None:
    stages = (option for stage in STAGES for option in ("--stage", stage))
    _run(repository, sys.executable, "-P", "-m", "reviewbot", "install", *stages)


def configured(repository: Repository, _project: Path) -> None:
    """Hooks that git's configuration names."""
    if not git_is((2, 54)):
        pytest.skip("needs git 2.54, which runs hooks of its configuration")
    stages = (option for stage in STAGES for option in ("--stage", stage))
    _run(repository, sys.executable, "-P", "-m", "reviewbot", "install", "--config", *stages)


def hooks_path(repository: Repository, project: Path) -> None:
    """A folder of hooks that all of a user's repositories share."""
    repository.git("config", "core.hooksPath", str(repository.path.parent / "hooks"))
    plain(repository, project)


def pre_commit(repository: Repository, project: Path) -> None:
    _configured(repository, project, "pre-commit")


def prek(repository: Repository, project: Path) -> None:
    _configured(repository, project, "prek")


def lefthook(repository: Repository, _project: Path) -> None:
    program = tool("lefthook")
    _keep(repository, "lefthook.yml", _LEFTHOOK)
    _run(repository, program, "install")


def husky(repository: Repository, _project: Path) -> None:
    if not _HUSKY.is_file():
        required("hooks")
    for stage in STAGES:
        _keep(repository, f".husky/{stage}", f'reviewbot hook {stage} -- "$@"\n')
    start_husky(repository)


def start_husky(repository: Repository) -> None:
    """What `npm install` does in each working tree."""
    _run(repository, tool("node"), str(_HUSKY))


def _configured(repository: Repository, project: Path, program: str) -> None:
    found = tool(program)
    revision = Repository(project).git("rev-parse", "HEAD")
    names = ("reviewbot-system", "reviewbot-push-system", "reviewbot-background-system")
    hooks = "".join(f"  - id: {name}\n" for name in names)
    _keep(
        repository,
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {project}\n  rev: {revision}\n  hooks:\n{hooks}",
    )
    stages = (option for stage in STAGES for option in ("-t", stage))
    _run(repository, found, "install", *stages)


def _keep(repository: Repository, name: str, text: str) -> None:
    repository.stage(name, text)
    repository.commit(f"set up {name}")


def _run(repository: Repository, *command: str) -> None:
    subprocess.run(command, cwd=repository.path, capture_output=True, check=True)
