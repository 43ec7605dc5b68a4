"""The worker's process: `python -m reviewbot.engines.worker FOLDER LOCK`.

LOCK is an open file that is locked (`start.py`); it stays open for as long as the worker lives.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from reviewbot.engines.worker.place import Place
from reviewbot.engines.worker.server import Server
from reviewbot.private_socket import Listener


def main() -> None:
    place, lock = Place(Path(sys.argv[1])), int(sys.argv[2])
    os.set_inheritable(lock, False)
    _tidy(place)
    listener = Listener(place.socket)
    # Whoever started this waits for its end, and finds the socket there. What lives on is nobody's
    # child, and can be given no terminal.
    if os.fork():
        os._exit(0)
    Server(place, listener).serve()


def _tidy(place: Place) -> None:
    """Take away what engines left behind that were killed together with their worker."""
    for folder in place.folder.glob("e*/"):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
