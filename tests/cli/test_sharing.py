"""A team's cache, as its developers and its CI meet it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewbot.cache.sealing import new_key
from tests.certificates import certified
from tests.conftest import Repository, Reviewbot
from tests.redis_server import RedisServer, redis_server
from tests.serving import unused_port

KEY = new_key()
CLEAN: dict[str, object] = {"reply": {"findings": []}}
OPTIONS = ("--format", "json", "--linters", "off", "--effort", "plain")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def command(script: Callable[..., str]) -> tuple[str, ...]:
    """A review whose engine finds nothing."""
    return ("review", "--engine", "scripted", "--model", script(CLEAN), *OPTIONS)


def _on(folder: Path, url: str) -> dict[str, str]:
    """A machine of its own, as far as caches go."""
    own = {"REVIEWBOT_CACHE": url, "REVIEWBOT_CACHE_KEY": KEY, "XDG_CACHE_HOME": str(folder)}
    return own | {"XDG_STATE_HOME": str(folder / "state")}


def test_what_was_reviewed_at_the_commit_costs_ci_and_a_second_runner_nothing(
    reviewbot: Reviewbot,
    repository: Repository,
    command: tuple[str, ...],
    tmp_path: Path,
    server: RedisServer,
) -> None:
    for number in range(3):
        repository.stage(f"{number}.py", f"value_{number} = {number}\n")
    there = f"127.0.0.1:{server.port}"
    at_commit = reviewbot(*command, environ=_on(tmp_path / "desk", server.url))
    repository.commit()
    for runner in ("ci", "ci-2", "ci-2"):
        in_ci = reviewbot(*command, "--commit", "HEAD", environ=_on(tmp_path / runner, server.url))
        assert (in_ci.code, in_ci.err) == (0, "")
        assert in_ci.report["usage"]["calls"] == 0
        assert in_ci.report["usage"]["cached_chunks"] == 3
    assert at_commit.report["usage"]["calls"] == 3
    assert at_commit.report["privacy"]["connections"] == [there]
    assert in_ci.report["privacy"]["connections"] == []  # it had kept them by then


def test_over_tls_a_hunk_of_a_commits_hook_costs_a_fresh_runner_no_call(
    reviewbot: Reviewbot,
    repository: Repository,
    script: Callable[..., str],
    tmp_path: Path,
) -> None:
    """A desk and a runner with a home, a clone, an authority's file and a key's of their own."""
    pem = certified(tmp_path)
    engine = ("--engine", "scripted", "--model", script(CLEAN), *OPTIONS[2:])
    for number in range(3):
        repository.stage(f"{number}.py", f"value_{number} = {number}\n")

    def machine(name: str, url: str) -> dict[str, str]:
        home = tmp_path / name
        settings = home / ".config" / "reviewbot"
        settings.mkdir(parents=True)
        (settings / "team.key").write_text(KEY)
        (settings / "team.key").chmod(0o600)
        (settings / "config.toml").write_text(f"cache = '{url}/3'\ncache_key_file = 'team.key'\n")
        own = {"HOME": str(home), "SSL_CERT_FILE": str(pem), "REVIEWBOT_CACHE_PASSWORD": "hunter2"}
        return own | {f"XDG_{kind}_HOME": "" for kind in ("CACHE", "CONFIG", "DATA", "STATE")}

    with redis_server(tmp_path, "--requirepass", "hunter2", certificate=pem) as server:
        hook = ("hook", "pre-commit", *engine, "--deadline", "600")
        at_commit = reviewbot(*hook, environ=machine("desk", server.url))
        repository.commit()
        clone = tmp_path / "clone"
        repository.git("clone", "--quiet", str(repository.path), str(clone))
        command = ("review", *engine, "--format", "json", "--commit", "HEAD")
        in_ci = reviewbot(*command, cwd=clone, environ=machine("runner", server.url))
    assert (at_commit.code, "3 of 3 changed lines reviewed" in at_commit.out) == (0, True)
    assert (in_ci.code, in_ci.err) == (0, "")
    assert (in_ci.report["usage"]["calls"], in_ci.report["usage"]["cached_chunks"]) == (0, 3)
    assert in_ci.report["privacy"]["connections"] == [f"127.0.0.1:{server.port} (localhost)"]
    assert "hunter2" not in in_ci.out + at_commit.out + at_commit.err


def test_reviews_that_meet_the_same_chunks_ask_once(
    repository: Repository, script: Callable[..., str], tmp_path: Path, server: RedisServer
) -> None:
    model = script({**CLEAN, "seconds": 1.5})
    for number in range(2):
        repository.stage(f"{number}.py", f"another_{number} = {number}\n")
    command = [sys.executable, "-P", "-m", "reviewbot", "review", "--engine", "scripted"]
    runs = [
        subprocess.Popen(
            [*command, "--model", model, *OPTIONS],
            cwd=repository.path,
            env=os.environ | _on(tmp_path / str(number), server.url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(3)
    ]
    ended = [(run.communicate(), run.returncode) for run in runs]
    assert [(said[1], code) for said, code in ended] == [(b"", 0)] * 3
    usages = [json.loads(said[0])["usage"] for said, _ in ended]
    assert sum(usage["calls"] for usage in usages) == 2
    assert sum(usage["cached_chunks"] for usage in usages) == 4


def test_a_server_that_is_gone_is_told_once_and_the_review_is_whole(
    reviewbot: Reviewbot, repository: Repository, command: tuple[str, ...], tmp_path: Path
) -> None:
    for number in range(3):
        repository.stage(f"{number}.py", f"value_{number} = {number}\n")
    gone = _on(tmp_path / "desk", f"redis://127.0.0.1:{unused_port()}")
    first, second = (reviewbot(*command, environ=gone) for _ in range(2))
    assert (first.code, first.report["status"]) == (0, "complete")
    assert len(first.err.splitlines()) == 1
    assert "is not used any more in this run" in first.err
    assert second.report["usage"]["cached_chunks"] == 3


@pytest.mark.parametrize(
    ("cache", "environ", "says"),
    [
        ("rediss://cache.example", {}, "--allow-host cache.example"),
        ("rediss://10.0.0.5", {}, "--allow-host 10.0.0.5"),
        ("redis://cache.example", {"REVIEWBOT_ALLOW_HOSTS": "cache.example"}, "use rediss://"),
        (
            "redis://10.0.0.5",
            {"REVIEWBOT_ALLOW_HOSTS": "10.0.0.5", "REVIEWBOT_ALLOW_PLAINTEXT": "1"},
            "use rediss://",
        ),
        ("rediss://u:hunter2@127.0.0.1", {}, "REVIEWBOT_CACHE_PASSWORD"),
        ("redis://127.0.0.1/x", {}, "database"),
        ("of", {}, "on, off or rediss://"),
        ("https://127.0.0.1", {}, "on, off or rediss://"),
        ("redis://127.0.0.1", {"REVIEWBOT_CACHE_KEY": ""}, "reviewbot cache key FILE"),
        ("redis://127.0.0.1", {"REVIEWBOT_CACHE_KEY": "hunter2"}, "holds no key"),
        (
            "redis://127.0.0.1",
            {"REVIEWBOT_CACHE_KEY": "", "REVIEWBOT_CACHE_KEY_FILE": "/no/such"},
            "cannot read the key of the shared cache, /no/such",
        ),
    ],
)
def test_what_cannot_serve_is_refused_before_anything_is_opened(
    reviewbot: Reviewbot,
    repository: Repository,
    script: Callable[..., str],
    cache: str,
    environ: dict[str, str],
    says: str,
) -> None:
    repository.stage("a.py", "a = 1\n")
    world = {"REVIEWBOT_CACHE": cache, "REVIEWBOT_CACHE_KEY": KEY} | environ
    run = reviewbot("review", "--engine", "scripted", "--model", script(CLEAN), environ=world)
    assert run.code == 2
    assert says in run.err
    assert "hunter2" not in run.err


def test_a_key_is_made_for_its_owner_alone_and_serves(
    reviewbot: Reviewbot,
    repository: Repository,
    command: tuple[str, ...],
    tmp_path: Path,
    server: RedisServer,
) -> None:
    path = tmp_path / "team.key"
    assert reviewbot("cache", "key", str(path)).code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text()
    again = reviewbot("cache", "key", str(path))
    assert (again.code, path.read_text()) == (2, before)
    assert "is there already" in again.err
    config = tmp_path / "config.toml"
    config.write_text(f"cache = '{server.url}/1'\ncache_key_file = 'team.key'\n")
    repository.stage("a.py", "a = 1\n")
    run = reviewbot(*command, "--config", str(config))
    assert (run.code, run.err) == (0, "")
    assert run.report["privacy"]["connections"] == [f"127.0.0.1:{server.port}"]


def test_a_key_that_others_can_read_is_told(
    reviewbot: Reviewbot,
    repository: Repository,
    command: tuple[str, ...],
    tmp_path: Path,
    server: RedisServer,
) -> None:
    path = tmp_path / "team.key"
    path.write_text(KEY)
    repository.stage("a.py", "a = 1\n")
    world = {"REVIEWBOT_CACHE": server.url, "REVIEWBOT_CACHE_KEY_FILE": str(path)}
    path.chmod(0o640)
    assert reviewbot(*command, environ=world).err == ""
    path.chmod(0o644)
    (told,) = reviewbot(*command, environ=world).err.splitlines()
    assert told.endswith(f"others can read: chmod 600 {path}")


def test_stats_and_clear_say_that_they_are_about_this_machine(reviewbot: Reviewbot) -> None:
    """Nothing is asked of the shared one: it is not there."""
    url = f"redis://127.0.0.1:{unused_port()}/2"
    stats, clear = (
        reviewbot("cache", name, environ={"REVIEWBOT_CACHE": url}).out
        for name in ("stats", "clear")
    )
    assert f"shared  {url} (the numbers are those of this machine alone)" in stats
    assert f"the shared cache {url} stay there" in clear
    for name in ("stats", "clear"):
        run = reviewbot("cache", name, environ={"REVIEWBOT_CACHE": "redis://u:hunter2@h"})
        assert run.code == 0
        assert "hunter2" not in run.out + run.err
