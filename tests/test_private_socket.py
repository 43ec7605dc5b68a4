"""Sockets between processes of one user: the kernel says who the other one is."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewbot.private_socket import Listener, StrangerError, call

_NOBODY = 65534
# Python itself may stand where nobody else can start it.
_CALLS = f"""
import os, socket, sys
os.setuid({_NOBODY})
one = socket.socket(socket.AF_UNIX)
one.connect(sys.argv[1])
print(one.recv(10))
"""
_LISTENS = f"""
import os, socket, sys
os.setuid({_NOBODY})
one = socket.socket(socket.AF_UNIX)
one.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
one.listen()
print("listens", flush=True)
sys.stdin.read()
"""


@contextmanager
def _listening(path: Path) -> Iterator[Listener]:
    found = Listener(path)
    try:
        yield found
    finally:
        found.close()


def test_what_is_sent_is_received(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"
    with _listening(path) as listener, call(path, 5) as mine:
        theirs = listener.accept(5)
        assert theirs is not None
        with theirs:
            for text in ("é\n", "x" * 50_000):
                mine.send({"said": text})
                assert theirs.receive(5) == {"said": text}
            assert not theirs.is_over(0)
            mine.close()
            assert theirs.is_over(5)
            with pytest.raises(EOFError):
                theirs.receive(5)
    assert not path.exists()


def test_a_message_is_waited_for_and_not_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"
    with _listening(path) as listener, call(path, 5) as mine:
        theirs = listener.accept(5)
        assert theirs is not None
        with theirs, pytest.raises(TimeoutError):
            mine.receive(0.05)
        assert listener.accept(0.05) is None


@pytest.mark.parametrize("said", [b"[]\n", b"{\n", b"x" * 70_000])
def test_what_is_no_message_is_an_error(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / "x.sock"
    with _listening(path) as listener, socket.socket(socket.AF_UNIX) as other:
        other.connect(str(path))
        theirs = listener.accept(5)
        assert theirs is not None
        other.sendall(said)
        with theirs, pytest.raises(ValueError, match=r"."):
            theirs.receive(5)


def test_a_socket_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with pytest.raises(ConnectionRefusedError):
        call(path, 5)
    with _listening(path), call(path, 5):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that all users can write to, as it must not be."""
    folder = Path(f"/tmp/reviewbot-{os.getpid()}")  # noqa: S108
    folder.mkdir()
    folder.chmod(0o777)
    yield folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@needs_root
def test_a_strangers_call_is_hung_up_on(open_folder: Path) -> None:
    path = open_folder / "x.sock"
    with _listening(path) as listener:
        path.chmod(0o666)
        command = [sys.executable, "-c", _CALLS, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
            assert listener.accept(30) is None
            assert other.stdout is not None
            assert other.stdout.read() == b"b''\n"


@needs_root
def test_a_stranger_that_listens_is_not_spoken_to(open_folder: Path) -> None:
    path = open_folder / "x.sock"
    command = [sys.executable, "-c", _LISTENS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"listens\n"
        with pytest.raises(StrangerError, match="is another user's"):
            call(path, 5)
        os.chown(path, os.geteuid(), -1)  # the file is ours now, the process is not
        with pytest.raises(StrangerError, match="a process of another user's"):
            call(path, 5)
        other.stdin.close()
