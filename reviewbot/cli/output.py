"""Where reports go: standard output, and files that appear whole or not at all."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from reviewbot.errors import OutputError, nearest
from reviewbot.settings import FormatName

if TYPE_CHECKING:
    from reviewbot.report import Report


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write; `path` None is standard output."""

    format: FormatName
    path: Path | None = None
    color: bool = False

    @property
    def is_said(self) -> bool:
        """Whether it is what a person at a terminal reads, which `--quiet` is about."""
        return self.format == "text" and self.path is None


def outputs(
    main: FormatName, main_file: str | None, reports: Sequence[str], *, color: bool
) -> tuple[Output, ...]:
    """The reports that were asked for, checked before any model works for them.

    Raises OutputError for a file that is named twice or cannot be written.
    """
    file = Path(main_file) if main_file and main_file != "-" else None
    found = [Output(main, file, color and file is None)]
    found += [_output(text) for text in reports]
    paths = [output.path.resolve() for output in found if output.path is not None]
    for path in paths:
        if paths.count(path) > 1:
            raise OutputError(
                f"two reports would be written to {path}", "give each a file of its own"
            )
        _check_writable(path)
    return tuple(found)


def write(report: Report, output: Output) -> None:
    """Write one report. A file is put in place in one step, so a run that is interrupted leaves
    the old one or none. Raises OutputError."""
    from reviewbot.reporters import reporter

    text = io.StringIO()
    reporter(output.format, color=output.color)(report, text)
    if output.path is None:
        say(text.getvalue(), encoding="utf-8" if output.format != "text" else None)
        return
    put(text.getvalue(), output.path, "the report ")


def put(text: str, path: Path, what: str = "") -> None:
    """Write a file, whole or not at all. Raises OutputError."""
    try:
        _put(text, path.resolve())
    except OSError as error:
        raise OutputError(
            f"cannot write {what}{path}: {error.strerror}",
            "name another file, or make room for this one",
        ) from None


def say(text: str, encoding: str | None = None) -> None:
    """Write to standard output, in its own encoding unless another is named. Whoever reads it may
    have seen enough (`| head`): that is no error, and the exit code is still the report's."""
    if sys.stdout is None:
        return
    data = text.encode(encoding or sys.stdout.encoding or "utf-8", "backslashreplace")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would flush once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(
            f"cannot write to standard output: {error.strerror}", "name a file with --output"
        ) from None


def _put(text: str, path: Path) -> None:
    """Put a file in place in one step, with the mode of the one that stands there; a device or a
    pipe is written to as it is."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _output(text: str) -> Output:
    name, found, path = text.partition("=")
    if not found or not path:
        raise OutputError(f"--report {text}: write it as FORMAT=FILE")
    if name not in get_args(FormatName):
        raise OutputError(
            f"--report {text}: no format {name!r}; {nearest(name, get_args(FormatName))}"
        )
    return Output(cast("FormatName", name), Path(path))


def _check_writable(path: Path) -> None:
    folder = path.parent
    if path.is_dir():
        raise OutputError(f"cannot write the report {path}: it is a folder", "name a file in it")
    if not folder.is_dir():
        raise OutputError(f"cannot write the report {path}: no such folder", f"mkdir -p {folder}")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise OutputError(
            f"cannot write the report {path}: permission denied",
            f"name another file, or look at the permissions: ls -ld {folder}",
        )
