"""Starts reviews at once: one process with the imports done, which forks for each line it reads.

A line names a home folder, an address, and how many prompts may be under way. The child runs the
command as it is typed.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path

_IMPORTED = (
    "git",
    "httpx",
    "reviewbot.cli.main",
    "reviewbot.cli.review",
    "reviewbot.cli.run",
    "reviewbot.change.prepare",
    "reviewbot.engines.openai_compatible",
    "reviewbot.reporters.json_report",
    "reviewbot.review.pipeline",
)


def environ(home: Path) -> dict[str, str]:
    """That of a user of its own: the reviews of one user take turns."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
    folders = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    return kept | dict.fromkeys(folders, str(home))


def review(home: Path, url: str, slots: str) -> None:
    from reviewbot.__main__ import main

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(environ(home))
    os.chdir(home / "change")
    sys.argv = ["reviewbot", "review", "--engine", "openai", "--url", url, "--no-cache"]
    sys.argv += ["--slots", slots, "--effort", "plain", "--linters", "off", "--quiet"]
    sys.argv += ["--report", f"json={home / 'report.json'}"]
    main()


def serve() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in iter(sys.stdin.readline, ""):
        home, url, slots = line.split()
        if os.fork() == 0:
            try:
                review(Path(home), url, slots)
            finally:
                os._exit(0)
    while True:  # until the last child has ended
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    serve()
