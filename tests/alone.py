"""Run a command in a network namespace of its own, in which no interface is up.

    unshare -n python alone.py [--up] [--address ADDRESS] COMMAND…

`--up` brings loopback up, `--address` gives it one more address: a host that is not loopback and
yet on this machine. A new namespace holds nothing but a loopback that is down (`man 7
network_namespaces`). The ioctls are those of `man 7 netdevice`; `ip` is not installed everywhere.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import struct

_SIOCSIFFLAGS, _SIOCSIFADDR = 0x8914, 0x8916
_UP_AND_RUNNING = 0x41


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--up", action="store_true")
    parser.add_argument("--address")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    if given.up:
        _order(_SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _UP_AND_RUNNING))
    if given.address:
        address = socket.inet_aton(given.address)
        _order(_SIOCSIFADDR, struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, address))
    os.execvp(given.command[0], given.command)  # noqa: S606  (what `unshare` itself does)


def _order(request: int, argument: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, request, argument)


if __name__ == "__main__":
    main()
