"""Runs of `publish`, in this process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewbot.cli.main import main
from tests.conftest import Run
from tests.hosts.github_server import APP, GitHub, github_server
from tests.hosts.gitlab_server import BOT, GitLab, gitlab_server
from tests.hosts.samples import HEAD, github_files, gitlab_diffs

Publish = Callable[..., Run]


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    with gitlab_server() as lab:
        lab.push(HEAD, gitlab_diffs())
        yield lab


@pytest.fixture
def publish(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publish]:
    """Publishes the text of a report. No output of any run may hold the token."""
    before = signal.getsignal(signal.SIGTERM)
    for name in ("CI_API_V4_URL", "CI_SERVER_URL", "CI_PROJECT_ID", "CI_JOB_TOKEN", "GITHUB_REF"):
        monkeypatch.delenv(name, raising=False)

    def run(
        report: str, host: str, *arguments: str, environ: dict[str, str], token: str = BOT
    ) -> Run:
        file = tmp_path / "report.json"
        file.write_text(report, encoding="utf-8")
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        if token:
            monkeypatch.setenv(f"REVIEWBOT_{host.upper()}_TOKEN", token)
        code = main(["publish", host, "--wait", "5", *arguments, str(file)])
        out, err = capfd.readouterr()
        assert "Traceback" not in err, err
        assert not token or token not in out + err
        return Run(code, out, err)

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def to_gitlab(publish: Publish, gitlab: GitLab) -> Publish:
    """Publishes on the test server's merge request, as its pipeline would."""
    environ = {
        "CI_API_V4_URL": f"{gitlab.url}/api/v4",
        "CI_PROJECT_ID": "7",
        "CI_MERGE_REQUEST_IID": "3",
    }

    def run(report: str, *arguments: str, token: str = BOT) -> Run:
        return publish(report, "gitlab", *arguments, environ=environ, token=token)

    return run


@pytest.fixture
def github() -> Iterator[GitHub]:
    with github_server() as hub:
        hub.head, hub.files = HEAD, github_files()
        yield hub


@pytest.fixture
def to_github(publish: Publish, github: GitHub) -> Publish:
    """Publishes on the test server's pull request, as its workflow would."""
    environ = {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "octo/shop",
        "GITHUB_REF": "refs/pull/5/merge",
    }

    def run(report: str, *arguments: str, token: str = APP) -> Run:
        return publish(report, "github", *arguments, environ=environ, token=token)

    return run
