"""A publication opens its host's address and nothing else, whatever the environment lures it to."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.hosts.github_server import APP, GitHub
from tests.hosts.gitlab_server import BOT, GitLab
from tests.hosts.samples import ADDED, report
from tests.test_privacy import _lures
from tests.watching import run_watched, trapping

_PUBLISH = (sys.executable, "-P", "-m", "reviewbot", "publish")
_TOKENS = {"REVIEWBOT_GITLAB_TOKEN": BOT, "REVIEWBOT_GITHUB_TOKEN": APP}


def test_on_gitlab(gitlab: GitLab, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(report(ADDED), encoding="utf-8")
    there = ("--url", gitlab.url, "--project", "7", "--merge-request", "3")
    with trapping() as trap:
        command = [*_PUBLISH, "gitlab", *there, str(file)]
        watched = run_watched(command, tmp_path, tmp_path / "log", _lures(trap) | _TOKENS)
    assert watched.run.code == 0, watched.run.err
    assert watched.places == {gitlab.url.removeprefix("http://")}
    assert trap.calls == []
    sent = {request.headers.get("authorization") for request in gitlab.seen}
    assert sent == {f"Bearer {BOT}"}


def test_on_github(github: GitHub, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(report(ADDED), encoding="utf-8")
    there = ("--url", github.url, "--repository", "octo/shop", "--pull-request", "5")
    with trapping() as trap:
        command = [*_PUBLISH, "github", *there, str(file)]
        watched = run_watched(command, tmp_path, tmp_path / "log", _lures(trap) | _TOKENS)
    assert watched.run.code == 0, watched.run.err
    assert watched.places == {github.url.removeprefix("http://")}
    assert trap.calls == []
