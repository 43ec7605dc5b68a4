"""Run a linter on texts, in a folder of its own that nothing else is in.

No file of the repository's is there: no settings, no plugins, and no path that a linter could
take for generated code or for a test. Its environment is made here, since RUFF_* and
SHELLCHECK_OPTS would change what it says. It is given no more to read than these files.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from reviewbot.linters.base import SETTINGS, Linter, Said

# For all files of a change.
SECONDS = 20.0
_LONGEST_OUTPUT = 32 * 1024 * 1024
_OUTPUT = "output"


class LinterError(Exception):
    """A linter that could not be heard, and why."""


def said(
    linter: Linter, program: Path, texts: Mapping[str, str], seconds: float = SECONDS
) -> list[Said]:
    """What a linter says about texts, by the names that its files get. Raises LinterError."""
    try:
        with tempfile.TemporaryDirectory(prefix="reviewbot-") as made:  # mode 0700
            folder = Path(made)
            _write(folder, texts, linter.settings)
            output = _run([str(program), *linter.command, *texts], folder, seconds)
            return [one for one in linter.read(json.loads(output)) if one.code in linter.rules]
    except OSError as error:
        raise LinterError(f"it cannot be run: {error.strerror or error}") from None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        raise LinterError("what it printed cannot be read") from None


def _write(folder: Path, texts: Mapping[str, str], settings: str) -> None:
    if settings:
        (folder / SETTINGS).write_text(settings, encoding="utf-8")
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))


def _run(command: Sequence[str], folder: Path, seconds: float) -> bytes:
    """Its output goes to a file: a child of its own could keep a pipe open after it was ended."""
    environ = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    with (folder / _OUTPUT).open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            raise LinterError("it ran out of time") from None
        finally:
            _end(process)
    if process.returncode < 0:
        raise LinterError(f"it was ended by signal {-process.returncode}")
    return _read_all(folder / _OUTPUT, process.returncode)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read_all(path: Path, code: int) -> bytes:
    if path.stat().st_size > _LONGEST_OUTPUT:
        raise LinterError("it printed too much")
    output = path.read_bytes()
    if not output.strip():
        raise LinterError(f"it printed nothing and ended with {code}")
    return output


def numbered(suffixes: Iterable[str]) -> list[str]:
    """A name for each file that tells nothing but its language.

    >>> numbered([".py", ".py"])
    ['1.py', '2.py']
    """
    return [f"{number}{suffix}" for number, suffix in enumerate(suffixes, 1)]
