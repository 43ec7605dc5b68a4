"""The hook as pre-commit installs and runs it: a real clone, a real environment, no network.

`make test` builds the wheelhouse that stands in for a package index.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, TEST_MODELS, WHEELHOUSE, Repository, required
from tests.hooks.managers import tool

pytestmark = pytest.mark.hooks

FINDING = {
    "quote": "a = 1 / 0",
    "problem": "It divides by zero.",
    "category": "correctness",
    "severity": "error",
}


@pytest.fixture(scope="session")
def pre_commit_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One pre-commit store for all tests: the hook's environment is built once."""
    if not (WHEELHOUSE / ".made").exists():
        required("hooks")
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def environ(pre_commit_home: Path) -> dict[str, str]:
    return {
        "PRE_COMMIT_HOME": str(pre_commit_home),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELHOUSE),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@pytest.fixture
def model(script: Callable[..., str]) -> str:
    clean: dict[str, object] = {"reply": {"findings": []}}
    return script({"contains": "1 / 0", "reply": {"findings": [FINDING]}}, clean)


def pre_commit(
    repository: Repository, environ: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=repository.path,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def configure(
    repository: Repository, source: Path, hook: str, *arguments: str, extra: str = ""
) -> None:
    revision = Repository(source).git("rev-parse", "HEAD")
    listed = ", ".join(f"'{argument}'" for argument in arguments)
    repository.write(
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {source}\n  rev: {revision}\n  hooks:\n"
        f"  - id: {hook}\n    args: [{listed}]\n{extra}",
    )
    repository.git("add", ".pre-commit-config.yaml")


def test_manifest_is_valid(repository: Repository) -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    done = pre_commit(repository, {}, "validate-manifest", str(manifest))
    assert done.returncode == 0, done.stdout
    read = subprocess.run(
        [tool("prek"), "validate-manifest", str(manifest)], capture_output=True, check=False
    )
    assert read.returncode == 0, read.stdout


def test_what_is_installed_here_differs_from_its_own_environment_in_that_alone() -> None:
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    hooks = {hook["id"]: hook for hook in manifest}
    for name in ("reviewbot", "reviewbot-push", "reviewbot-background"):
        own, here = hooks[name], hooks[f"{name}-system"]
        differing = {key for key in own | here if own.get(key) != here.get(key)}
        assert differing == {"id", "name", "language"}
        assert (own["language"], here["language"]) == ("python", "system")


def test_try_repo(
    repository: Repository, environ: dict[str, str], hook_repository: Path, model: str
) -> None:
    repository.stage("a.py", "a = 1 / 0\n")
    chosen = {"REVIEWBOT_ENGINE": "scripted", "REVIEWBOT_MODEL": model}
    done = pre_commit(
        repository, environ | chosen, "try-repo", str(hook_repository), "reviewbot", "--verbose"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "a.py:1: error: It divides by zero [RB-CORRECTNESS]" in done.stdout
    assert "1 of 1 changed line reviewed" in done.stdout


def test_commit_through_an_installed_hook(
    repository: Repository, environ: dict[str, str], hook_repository: Path, model: str
) -> None:
    engine = ("--engine", "scripted", "--model", model)
    configure(repository, hook_repository, "reviewbot", *engine, "--fail-on", "error")
    assert pre_commit(repository, environ, "install").returncode == 0
    repository.stage("a.py", "a = 1 / 0\n")
    with pytest.raises(subprocess.CalledProcessError) as blocked:
        repository.git("commit", "-m", "a defect", **environ)
    assert "a.py:1: error" in blocked.value.stderr.decode() + blocked.value.stdout.decode()
    repository.stage("a.py", "a = 1 / 2\n")
    done = subprocess.run(
        ["git", "commit", "-m", "mended"],
        cwd=repository.path,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "0 findings" in done.stdout + done.stderr
    repository.git("rm", "--quiet", "a.py")
    repository.git("commit", "-m", "only a deletion", **environ)
    assert repository.git("rev-list", "--count", "HEAD") == "2"


def test_push_through_an_installed_hook(
    repository: Repository,
    environ: dict[str, str],
    hook_repository: Path,
    model: str,
    tmp_path: Path,
) -> None:
    remote = tmp_path / "remote.git"
    repository.git("init", "--quiet", "--bare", str(remote))
    repository.git("remote", "add", "origin", str(remote))
    engine = ("--engine", "scripted", "--model", model)
    configure(repository, hook_repository, "reviewbot-push", *engine, "--fail-on", "error")
    repository.stage("a.py", "a = 1 / 2\n")
    repository.commit()
    assert pre_commit(repository, environ, "install", "-t", "pre-push").returncode == 0
    repository.git("push", "--quiet", "origin", "main", **environ)
    repository.stage("a.py", "a = 1 / 0\n")
    repository.commit()
    with pytest.raises(subprocess.CalledProcessError) as blocked:
        repository.git("push", "--quiet", "origin", "main", **environ)
    assert "a.py:1: error" in blocked.value.stderr.decode() + blocked.value.stdout.decode()


@pytest.mark.slow
def test_hook_brings_its_own_engine(
    repository: Repository, environ: dict[str, str], hook_repository: Path
) -> None:
    """The README's `additional_dependencies: ['.[embedded]']`, with a real model."""
    if not (TEST_MODELS / ".made").exists():
        required("engine")
    configure(
        repository,
        hook_repository,
        "reviewbot",
        *("--engine", "embedded", "--model", "smollm2-135m", "--deadline", "300"),
        extra="    additional_dependencies: ['.[embedded]']\n",
    )
    repository.stage("a.py", "a = 1\n")
    models = {"REVIEWBOT_MODELS_DIR": str(TEST_MODELS)}
    done = pre_commit(repository, environ | models, "run", "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "smollm2-135m" in done.stdout
