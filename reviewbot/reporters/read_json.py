"""Read a JSON report back: for `baseline`, `--baseline` and whoever publishes a report later.

A report comes from a pipeline's artefacts, so it may be cut, of another release, or no report: each
is told with the file's name, and nothing is believed of a file that is not whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from reviewbot.errors import ReportError
from reviewbot.plain import plain_line
from reviewbot.reporters.json_report import SCHEMA_VERSION, ReportDocument

# Bytes of a file. 100,000 findings are about 100 MB.
LARGEST = 200_000_000
AGAIN = "make it anew: reviewbot review --format json -o report.json"
_LONGEST_PLACE = 80
_MOST_VERSIONS = 1_000_000

_Document = TypeVar("_Document", bound=BaseModel)


def read_report(path: Path) -> ReportDocument:
    """Raises ReportError."""
    name = str(path)
    return report_of(table_of(content(path), name), name)


def report_of(table: dict[str, Any], name: str) -> ReportDocument:
    """A report from its JSON. Raises ReportError."""
    if "findings" not in table or "schema_version" not in table:
        raise ReportError(f"{name} is no JSON report of reviewbot", AGAIN)
    return checked(ReportDocument, table, name, SCHEMA_VERSION)


def content(path: Path) -> bytes:
    """The bytes of a file that is not too large. Raises ReportError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        why = getattr(error, "strerror", None) or error
        raise ReportError(f"cannot read {path}: {why}", AGAIN) from None
    if len(data) > LARGEST:
        raise ReportError(f"{path} is larger than {LARGEST // 1_000_000} MB", AGAIN)
    return data


def table_of(data: bytes, name: str) -> dict[str, Any]:
    """The JSON object in a file. Raises ReportError."""
    if not data.strip():
        raise ReportError(f"{name} is empty", AGAIN)
    try:
        found = from_json(data.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as error:  # also for brackets that are nested too deep
        cut = "it was cut: " if "EOF" in str(error) else ""
        raise ReportError(f"{name} is no JSON: {cut}{_short(str(error))}", AGAIN) from None
    if not isinstance(found, dict):
        raise ReportError(f"{name} is no report: its JSON is no object", AGAIN)
    return found


def checked(kind: type[_Document], table: dict[str, Any], name: str, newest: int) -> _Document:
    """The document that the JSON is. Raises ReportError, and says so where a later release of
    reviewbot wrote it."""
    version = table.get("schema_version")
    if isinstance(version, int) and version > newest:
        shown = version if version < _MOST_VERSIONS else "of a later release"  # str() has a bound
        raise ReportError(
            f"{name} has schema_version {shown}; this reviewbot reads {newest}",
            "install the release that wrote it, or make it anew with this one",
        )
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = _short(".".join(map(str, first["loc"])))
        raise ReportError(f"{name} is no valid report: {place}: {first['msg']}", AGAIN) from None


def _short(text: str) -> str:
    line = plain_line(text)
    return line if len(line) <= _LONGEST_PLACE else f"{line[:_LONGEST_PLACE]}…"
