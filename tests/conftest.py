"""Shared by all tests: real git repositories in `tmp_path`, and nothing of the user's own."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
WHEELHOUSE = ROOT / ".cache" / "wheelhouse"
TEST_MODELS = ROOT / ".cache" / "models"

# Examples that failed would be kept in the checkout, and a slow machine is no failure.
settings.register_profile("reviewbot", database=None, deadline=None)
settings.load_profile("reviewbot")

_FOREIGN = (
    *("GIT_", "REVIEWBOT_", "PRE_COMMIT", "OLLAMA_", "PIP_REQUIRE"),
    *("CI_", "CONTINUE_", "GITHUB_", "GITLAB_", "JENKINS_", "CHANGE_"),
)


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No variable of the caller bends a test, and whatever is written goes to a folder of its
    own: a test suite that runs inside a git hook inherits GIT_INDEX_FILE and would write to the
    repository that is being committed."""
    for name in os.environ:
        if name.startswith(_FOREIGN) and name != "REVIEWBOT_REQUIRE":
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home))
    # What is said of the cache's folder is not to hold of the history, which names models.
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("REVIEWBOT_WARM_MINUTES", "0")  # no process outlives a test unawares
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    # No hook leaves a process behind that outlives its test.
    monkeypatch.setenv("REVIEWBOT_BACKGROUND", "off")


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_is_heard() -> None:
    """A shell has what it starts by `&` ignore Ctrl-C, and so would each program under test."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Repository:
    """A real repository with a fixed identity and no template."""

    path: Path

    def git(self, *arguments: str, **environ: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=os.environ | environ,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def stage(self, name: str, content: str | bytes) -> None:
        self.write(name, content)
        self.git("add", "--", name)

    def commit(self, message: str = "a change") -> str:
        self.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


def git_is(first: tuple[int, int]) -> bool:
    """Whether the git on PATH is of this version or newer."""
    said = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    major, minor = said.split()[2].split(".")[:2]
    return (int(major), int(minor)) >= first


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    path = tmp_path / "repository"
    path.mkdir()
    made = Repository(path)
    made.git("init", "--quiet", "--template=", "--initial-branch=main")
    made.git("config", "user.name", "tester")
    made.git("config", "user.email", "tester@localhost")
    return made


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Reviewbot = Callable[..., Run]


@pytest.fixture
def reviewbot(repository: Repository) -> Reviewbot:
    """Runs the command as a user does, in the repository, in a process of its own.

    `-P` because the installed command, unlike `python -m`, imports nothing from where it stands.
    """

    def run(
        *arguments: str,
        cwd: Path | None = None,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> Run:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "reviewbot", *arguments],
            cwd=cwd or repository.path,
            env=os.environ | dict(environ or {}),
            input=stdin,
            capture_output=True,
            check=False,
            timeout=timeout,
        )
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        assert "Traceback" not in err, err
        return Run(done.returncode, out, err)

    return run


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., str]:
    """Writes rows for the scripted engine; returns the file's name."""

    def write(*rows: Mapping[str, object]) -> str:
        path = tmp_path / "script.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def collected() -> Iterator[None]:
    """For tests that make httpcore 1.0.9 leave the socket of a refused connection to the garbage
    collector: it comes now, and not in another test, which would be told of it."""
    yield
    gc.collect()


def required(tool: str) -> None:
    """Skip a test whose tool is missing, or fail it where REVIEWBOT_REQUIRE names the tool."""
    if tool in os.environ.get("REVIEWBOT_REQUIRE", "").split(","):
        pytest.fail(f"{tool} is required here and missing")
    pytest.skip(f"{tool} is missing; see `make test`")
