"""Nothing but `network.py` can open a connection: no module of ours, no dependency at import."""

from __future__ import annotations

import ast
import pkgutil
import sys
from importlib.metadata import packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

import reviewbot as reviewbot_package
from tests.conftest import ROOT
from tests.watching import run_watched, trapping

PYTHON = (sys.executable, "-c")

# What is imported

_IMPORT_ALL = """
import importlib, sys, time
for name in sys.argv[1:]:
    importlib.import_module(name)
time.sleep(1)  # a call in a thread of its own
print(len(sys.argv) - 1, "imported")
"""


def _modules() -> list[str]:
    """Every module of ours; `__main__` runs when it is imported."""
    found = pkgutil.walk_packages(reviewbot_package.__path__, "reviewbot.")
    return [module.name for module in found if not module.name.endswith("__main__")]


def _dependencies() -> list[str]:
    """The top packages of all that an installation with its extras brings, however deep."""
    todo, names = ["reviewbot"], set[NormalizedName]()
    while todo:
        name = todo.pop()
        for text in requires(name) or ():
            needed = Requirement(text)
            marker = needed.marker
            extras = (
                ("", "context", "embedded", "linters", "shared") if name == "reviewbot" else ("",)
            )
            wanted = marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
            if wanted and canonicalize_name(needed.name) not in names:
                names.add(canonicalize_name(needed.name))
                todo.append(needed.name)
    tops = packages_distributions()
    return [
        top
        for top, owners in tops.items()
        # A private name beside a package is a part of it, and no module of that name is there.
        if names & {canonicalize_name(owner) for owner in owners} and not top.startswith("_")
    ]


def test_dependencies_are_found_to_the_bottom() -> None:
    expected = {"click", "git", "gitdb", "smmap", "h11", "pydantic_core", "xllamacpp", "ollama"}
    assert expected <= set(_dependencies())
    assert "pytest" not in _dependencies()


def test_control_a_module_that_phones_home_at_import_is_seen(tmp_path: Path) -> None:
    with trapping() as trap:
        (tmp_path / "chatty.py").write_text(
            "import socket, threading\n"
            f"call = lambda: socket.create_connection(('127.0.0.1', {trap.port}))\n"
            "threading.Timer(0.3, call).start()\n"
        )
        watched = run_watched([*PYTHON, _IMPORT_ALL, "chatty"], tmp_path, tmp_path / "log")
    assert watched.places == {trap.address}


def test_no_module_and_no_dependency_phones_home_at_import(tmp_path: Path) -> None:
    names = [*_modules(), *_dependencies()]
    watched = run_watched([*PYTHON, _IMPORT_ALL, *names], tmp_path, tmp_path / "log")
    assert watched.run.out == f"{len(names)} imported\n", watched.run.err
    assert watched.places == frozenset()


# What the source can do: one door

_SOCKETS = {"socket", "ssl", "http.client", "urllib.request", "ftplib", "smtplib", "asyncio"}
_CLIENTS = {"httpx.Client", "httpx.AsyncClient", "httpx.HTTPTransport"} | {
    f"httpx.{call}" for call in ("get", "post", "put", "request", "stream")
}
# Programs are started for the background, git, the parser's and the embedded engine's own
# processes, the worker that keeps one of these, linters, pip at the user's word, and what tells
# the hardware.
_STARTS = {
    "reviewbot/background/start.py",
    "reviewbot/change/git.py",
    "reviewbot/change/quick_git.py",
    "reviewbot/change/syntax/parser.py",
    "reviewbot/engines/llama_child.py",
    "reviewbot/engines/worker/start.py",
    "reviewbot/linters/start.py",
    "reviewbot/models/hardware.py",
    "reviewbot/models/sources.py",
}


# It opens sockets that no address leads out of: these are all the names that it takes of `socket`.
_UNIX_ALONE = "reviewbot/private_socket.py"
_UNIX_NAMES = {"socket", "AF_UNIX", "SOCK_STREAM", "SOL_SOCKET", "SO_PEERCRED"}


def _uses(source: str) -> set[str]:
    """Names that are imported, and those that are called."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
    return found


def test_control_uses_are_found_in_each_form() -> None:
    source = "import socket\nfrom httpx import Client\nfrom urllib import request\nhttpx.get(x)\n"
    assert {"socket", "httpx.Client", "urllib.request", "httpx.get"} <= _uses(source)


def test_only_the_door_can_open_a_connection() -> None:
    openers = set()
    starters = set()
    for path in (ROOT / "reviewbot").rglob("*.py"):
        uses = _uses(path.read_text(encoding="utf-8"))
        name = path.relative_to(ROOT).as_posix()
        openers |= {name} if uses & (_SOCKETS | _CLIENTS) else set()
        starters |= {name} if "subprocess" in uses else set()
    assert openers == {"reviewbot/network.py", _UNIX_ALONE}
    assert starters <= _STARTS


def test_the_sockets_of_neighbours_are_unix_sockets() -> None:
    tree = ast.parse((ROOT / _UNIX_ALONE).read_text(encoding="utf-8"))
    names = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "socket"
    }
    assert names == _UNIX_NAMES
