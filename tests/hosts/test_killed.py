"""A run that is killed in its middle is finished by the next one, and nothing stands twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.hosts.conftest import Publish
from tests.hosts.faults import Fault
from tests.hosts.github_server import APP, GitHub
from tests.hosts.gitlab_server import BOT, GitLab
from tests.hosts.samples import ADDED, LARGE, NEW_FILE, OUTSIDE, REMOVED, report

ALL = report(ADDED, REMOVED, NEW_FILE, LARGE, OUTSIDE)


def killed(faults: list[Fault], fault: Fault, number: int, file: Path, *arguments: str) -> str:
    """Run until the host was reached by what the fault is about, kill, and return what was said."""
    fault.release = threading.Event()
    faults.append(fault)
    file.write_text(ALL, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "reviewbot", "publish", *arguments, str(file)]
    environ = os.environ | {"REVIEWBOT_GITLAB_TOKEN": BOT, "REVIEWBOT_GITHUB_TOKEN": APP}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True) as run:
        try:
            assert fault.reached.wait(30)
        finally:
            run.send_signal(number)
            out, err = run.communicate(timeout=30)
            fault.release.set()
    assert run.returncode == (130 if number == signal.SIGTERM else -number)
    assert BOT not in out + err
    return err


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("path", ["draft_notes$", "bulk_publish", "/notes$"])
def test_on_gitlab(
    gitlab: GitLab, to_gitlab: Publish, tmp_path: Path, path: str, after: bool
) -> None:
    url = ("--url", gitlab.url, "--project", "group/shop", "--merge-request", "3")
    fault = Fault("POST", path, 500, after=after)
    killed(gitlab.faults, fault, signal.SIGKILL, tmp_path / "r.json", "gitlab", *url)
    assert to_gitlab(ALL).code == 0
    assert (len(gitlab.threads()), len(gitlab.summaries()), gitlab.drafts) == (5, 1, [])


@pytest.mark.parametrize("after", [True, False])
def test_on_github(github: GitHub, to_github: Publish, tmp_path: Path, after: bool) -> None:
    url = ("--url", github.url, "--repository", "octo/shop", "--pull-request", "5")
    fault = Fault("POST", "reviews$", 500, after=after)
    killed(github.faults, fault, signal.SIGKILL, tmp_path / "r.json", "github", *url)
    assert to_github(ALL).code == 0
    assert (len(github.comments), len(github.talk), len(github.reviews)) == (4, 1, 1)


def test_an_interrupted_run_says_how_far_it_came(
    gitlab: GitLab, to_gitlab: Publish, tmp_path: Path
) -> None:
    url = ("--url", gitlab.url, "--project", "7", "--merge-request", "3")
    fault = Fault("POST", "/notes$", 500)
    said = killed(gitlab.faults, fault, signal.SIGTERM, tmp_path / "r.json", "gitlab", *url)
    assert "stopped; until then: 5 posted" in said
    assert to_gitlab(ALL).out == "reviewbot: the summary written\n"
