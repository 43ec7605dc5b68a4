"""What a process and its children do with sockets: run apart from any network, or under strace."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shutil import which
from socket import create_server, socket
from threading import Thread

from tests.conftest import ROOT, Run, required

_ALONE = str(ROOT / "tests" / "alone.py")

# Where an address can go to the kernel. `sendto` without one is a write to a connected socket.
_CALL = re.compile(
    r"\b(?P<call>connect|sendto|sendmsg|sendmmsg)\(\d+.*?(?P<address>\{sa_family=.*)"
)
_INET = re.compile(
    r"sin6?_port=htons\((?P<port>\d+)\).*?(?:inet_addr\(\"|inet_pton\(AF_INET6, \")(?P<host>[^\"]+)"
)
_UNIX = re.compile(r"sun_path=@?\"(?P<path>[^\"]*)")


def run_alone(
    command: Sequence[str],
    cwd: Path,
    environ: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
) -> Run:
    """Run in a new network namespace; without `options` (of alone.py) no interface is up."""
    return run_here([*alone(*options), *command], cwd, environ)


def alone(*options: str) -> tuple[str, ...]:
    """What stands before a command that is to run so."""
    return (*_unshare(), sys.executable, _ALONE, *options)


@cache
def _unshare() -> tuple[str, ...]:
    """root may make a network namespace; others need a user namespace around it."""
    command = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")
    if not which("unshare") or subprocess.run([*command, "true"], check=False).returncode != 0:
        required("namespaces")
    return command


@dataclass(frozen=True)
class Watched:
    """A run, and each place that it or a child of it sent something to: `HOST:PORT`, the path of a
    Unix socket, or the address as strace prints it."""

    run: Run
    places: frozenset[str]

    @property
    def hosts(self) -> set[str]:
        """Those that are reached by network; a socket of both kinds spells one of IPv4 its own
        way."""
        return {place.removeprefix("::ffff:") for place in self.places if place[:1] != "/"}


def run_watched(
    command: Sequence[str], cwd: Path, log: Path, environ: Mapping[str, str] | None = None
) -> Watched:
    if not which("strace"):
        required("strace")
    # The kernel stops a process at these calls alone: a cluster does many others.
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "256", "-e", calls]
    run = run_here([*strace, "-o", str(log), *command], cwd, environ)
    return Watched(run, frozenset(places(log.read_text(errors="replace").splitlines())))


def places(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if found := _CALL.search(line):
            address = found["address"]
            if "AF_NETLINK" in address:  # a question to this kernel: which interfaces are there
                continue
            inet, unix = _INET.search(address), _UNIX.search(address)
            yield (f"{inet['host']}:{inet['port']}" if inet else unix["path"] if unix else address)


def run_here(command: Sequence[str], cwd: Path, environ: Mapping[str, str] | None = None) -> Run:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | dict(environ or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Run(done.returncode, done.stdout, done.stderr)


@dataclass
class Trap:
    """A port at which each connection is counted, whatever it would have said."""

    port: int
    calls: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def trapping() -> Iterator[Trap]:
    with create_server(("127.0.0.1", 0)) as listening:
        trap = Trap(listening.getsockname()[1])
        thread = Thread(target=_count, args=(listening, trap), daemon=True)
        thread.start()
        yield trap


def _count(listening: socket, trap: Trap) -> None:
    while True:
        try:
            caller, _ = listening.accept()
        except OSError:  # the test is over
            return
        with caller:
            caller.settimeout(1)
            trap.calls.append(caller.recv(100))
