"""What shells complete: by the protocol, and typed into real shells on a terminal of their own."""

from __future__ import annotations

import os
import pty
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest

from reviewbot.settings import EngineName
from tests.conftest import Repository, Reviewbot, required

Ask = Callable[..., list[str]]

HOSTILE = "x;touch${IFS}owned"


@pytest.fixture
def ask(reviewbot: Reviewbot) -> Ask:
    """The values that bash is told for a line, whose last word is the one that is typed."""

    def asked(*words: str) -> list[str]:
        line = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
        run = reviewbot(environ={"_REVIEWBOT_COMPLETE": "bash_complete", **line})
        assert (run.code, run.err) == (0, "")
        return [row.partition(",")[2] for row in run.out.split()]

    return asked


def test_commands_options_and_words_of_settings(ask: Ask) -> None:
    assert ask("reviewbot", "un") == ["uninstall"]
    assert ask("reviewbot", "cache", "") == ["clear", "key", "stats"]
    assert ask("reviewbot", "review", "--fail") == ["--fail-on"]
    assert ask("reviewbot", "review", "--engine", "") == list(get_args(EngineName))
    assert ask("reviewbot", "review", "--think", "me") == ["medium"]
    assert ask("reviewbot", "review", "--fail-on", "=", "err") == ["error"]
    assert ask("reviewbot", "doctor", "--color", "a") == ["auto", "always"]


def test_models_are_those_of_the_engine(ask: Ask) -> None:
    assert "smollm2-135m" in ask("reviewbot", "review", "--engine", "embedded", "--model", "")
    assert ask("reviewbot", "review", "--model", "qwen2.5-coder:1") == ["1.5b", "14b"]
    assert ask("reviewbot", "review", "--model", "qwen2.5-coder", ":", "1") == ["1.5b", "14b"]
    assert "7b" in ask("reviewbot", "review", "--model", "qwen2.5-coder", ":")


def test_revisions_that_a_shell_would_run_are_not_offered(ask: Ask, repository: Repository) -> None:
    repository.commit()
    for name in ("topic/one", HOSTILE):
        repository.git("update-ref", f"refs/heads/{name}", "HEAD")
    assert ask("reviewbot", "review", "--base", "") == ["HEAD", "main", "topic/one"]
    assert ask("reviewbot", "review", "--range", "main..to") == ["main..topic/one"]


@pytest.mark.parametrize("words", ["reviewbot ' open", "reviewbot\nreview\n--commit\n"])
def test_what_goes_wrong_prints_nothing(reviewbot: Reviewbot, tmp_path: Path, words: str) -> None:
    line = {"COMP_WORDS": words, "COMP_CWORD": "3", "PATH": "/nowhere"}
    run = reviewbot(cwd=tmp_path, environ={"_REVIEWBOT_COMPLETE": "bash_complete", **line})
    assert (run.out.strip(), run.err) in {("", ""), ("plain,HEAD", "")}


_START = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(reviewbot completion bash)"'),
    "zsh": (
        ["-f", "-i"],
        'autoload -Uz compinit; compinit -D; bindkey -e; eval "$(reviewbot completion zsh)"',
    ),
    "fish": (["--no-config", "--interactive"], "reviewbot completion fish | source"),
}
_TYPED = {
    "reviewbot models li\t": "reviewbot models list",
    "reviewbot review --fail-on err\t": "reviewbot review --fail-on error",
    "reviewbot review --model qwen2.5-coder:14\t": "reviewbot review --model qwen2.5-coder:14b",
    "reviewbot review --commit topic/o\t": "reviewbot review --commit topic/one",
}


@pytest.mark.parametrize("shell", _START)
def test_a_real_shell_completes_what_is_typed(
    shell: str, repository: Repository, tmp_path: Path
) -> None:
    if shutil.which(shell) is None:
        required(shell)
    repository.commit()
    repository.git("branch", "topic/one")
    _command(tmp_path / "bin")
    options, prepare = _START[shell]
    with _terminal([shell, *options], repository.path, tmp_path / "bin") as type_in:
        type_in(f"{prepare}; touch {tmp_path}/ready\r")
        _appears(tmp_path / "ready")
        for number, keys in enumerate(_TYPED):
            told = tmp_path / f"told-{number}"
            # To the line's begin and end, as readline, zle and fish all understand it.
            type_in(f"{keys}\x01printf '%s ' \x05 > {told}.new; mv {told}.new {told}\r")
            assert _appears(told).split() == _TYPED[keys].split()


def _command(folder: Path) -> None:
    """`reviewbot` as an installation puts it on PATH."""
    folder.mkdir()
    command = folder / "reviewbot"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m reviewbot "$@"\n')
    command.chmod(0o755)


# The terminal becomes the one that controls the shell, which fish does not do without.
_OWN = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)


@contextmanager
def _terminal(command: list[str], cwd: Path, path: Path) -> Iterator[Callable[[str], None]]:
    """A program on a terminal of its own; what is called types."""
    ours, theirs = pty.openpty()
    environ = os.environ | {"PATH": f"{path}:{os.environ['PATH']}", "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-c", _OWN, *command],
        cwd=cwd,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        screen = threading.Thread(target=_read_all, args=[ours], daemon=True)
        screen.start()
        try:
            yield lambda keys: _write_all(ours, keys.encode())
        finally:
            process.kill()
            process.wait()
            screen.join()
            os.close(ours)


def _read_all(terminal: int) -> None:
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:  # the other end is closed
        pass


def _write_all(terminal: int, keys: bytes) -> None:
    while keys:
        keys = keys[os.write(terminal, keys) :]


def _appears(path: Path) -> str:
    """The text of a file that a shell writes; fails if it does not within a minute."""
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} was not written"
        time.sleep(0.05)
    return path.read_text(encoding="utf-8")
