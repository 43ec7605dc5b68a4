"""GitLab pipelines without a GitLab: gitlab-ci-local runs the template's job in a real clone.

It needs Node 22, which npm brings as a package, and rsync; it sets no variable of a merge request,
and says CI_PROJECT_DIR is a folder of a container's. With `allow_failure` for some exit codes it
exits with 0 for all of them, so what it prints is read.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from reviewbot.settings import FormatName
from tests.conftest import ROOT, Repository

PROGRAMS = ROOT / ".cache" / "node" / "node_modules" / ".bin"
QUALITY = "gl-code-quality-report.json"


@dataclass(frozen=True)
class Job:
    """How it ended (PASS, WARN, FAIL), what it printed, and the folder of its artefacts."""

    ended: str
    printed: str
    artifacts: Path

    @property
    def report(self) -> dict[str, Any]:
        found = json.loads((self.artifacts / "reviewbot.json").read_text())
        assert isinstance(found, dict)
        return found

    @property
    def quality(self) -> list[Any]:
        """The entries of the Code Quality report, of whichever format stands there."""
        found = json.loads((self.artifacts / QUALITY).read_text())
        return list(found["findings"] if isinstance(found, dict) else found)


def template(name: str) -> str:
    """The template's text; Code Quality is JSON as long as there is no reporter for it."""
    text = (ROOT / "templates" / f"{name}.yml").read_text(encoding="utf-8")
    known = "gitlab" in get_args(FormatName)
    return text if known else text.replace("--report gitlab=", "--report json=")


def including(repository: Repository, inputs: Mapping[str, object], name: str = "review") -> None:
    """Stage a pipeline that includes the template. JSON is YAML."""
    repository.stage(f"ci/{name}.yml", template(name))
    included = {"local": f"ci/{name}.yml", "inputs": dict(inputs)}
    repository.stage(".gitlab-ci.yml", json.dumps({"include": [included]}))


def reviewbot_command(folder: Path) -> Path:
    """A program of that name, in a folder for PATH."""
    command = folder / "bin" / "reviewbot"
    command.parent.mkdir(exist_ok=True)
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m reviewbot "$@"\n'
    )
    command.chmod(0o755)
    return command


def gitlab(
    clone: Repository, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs gitlab-ci-local with the variables of a pipeline."""
    folder = reviewbot_command(clone.path.parent).parent
    said = {"CI_PROJECT_DIR": str(clone.path), **variables}
    path = os.pathsep.join([str(folder), str(PROGRAMS), os.environ["PATH"]])
    return subprocess.run(
        [
            str(PROGRAMS / "gitlab-ci-local"),
            "--force-shell-executor",
            *("--ignore-predefined-vars", ",".join(said)),
            *(part for name, text in said.items() for part in ("--variable", f"{name}={text}")),
            *arguments,
        ],
        cwd=clone.path,
        env=os.environ | {"PATH": path, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def job(clone: Repository, **variables: str) -> Job:
    """Runs the job `reviewbot` of one pipeline."""
    done = gitlab(clone, "reviewbot", **variables)
    printed = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    ended = re.search(r"^ *(PASS|WARN|FAIL) +reviewbot", printed, re.MULTILINE)
    assert ended is not None, printed
    return Job(ended[1], printed, clone.path / ".gitlab-ci-local" / "artifacts" / "reviewbot")
