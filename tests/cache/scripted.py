"""A server on loopback that answers commands with what it is told to, whatever they say."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = Callable[[socket.socket, bytes], None]


def says(words: bytes) -> Answer:
    return lambda client, _: client.sendall(words)


def silent(_client: socket.socket, _said: bytes) -> None:
    pass


def closing(client: socket.socket, _: bytes) -> None:
    client.close()


def slowly(seconds: float, words: bytes) -> Answer:
    def answer(client: socket.socket, _: bytes) -> None:
        time.sleep(seconds)
        client.sendall(words)

    return answer


def dripping(client: socket.socket, _said: bytes) -> None:
    for _ in range(600):
        client.sendall(b"$")
        time.sleep(0.05)


def endless(client: socket.socket, _: bytes) -> None:
    client.sendall(b"$2000000000\r\n")
    while True:
        client.sendall(b"x" * 65536)


def relayed(port: int, *, is_lost: bool = False) -> Answer:
    """What the server at the port says; where it is lost, the connection ends in its place."""

    def answer(client: socket.socket, words: bytes) -> None:
        with socket.create_connection(("127.0.0.1", port)) as real:
            real.sendall(words)
            said = real.recv(1 << 20)
        client.close() if is_lost else client.sendall(said)

    return answer


@contextmanager
def scripted_server(*answers: Answer) -> Iterator[str]:
    """Each exchange gets the next answer, and the last one for good."""
    left = list(answers)

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            while said := client.recv(1 << 20):
                (left.pop(0) if len(left) > 1 else left[0])(client, said)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
