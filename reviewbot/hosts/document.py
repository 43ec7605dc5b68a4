"""The report that is to be published, read from its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.errors import UsageError
from reviewbot.plain import plain_line, plain_path

if TYPE_CHECKING:
    from reviewbot.reporters.json_report import ReportDocument

_REMEDY = "make one with: reviewbot review --format json -o REPORT.json"


def read_report(path: Path) -> ReportDocument:
    """Raises UsageError for a file that is no JSON report of this version."""
    from pydantic import ValidationError

    from reviewbot.reporters.json_report import ReportDocument

    shown = plain_path(str(path))
    try:
        return ReportDocument.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read the report {shown}: {error.strerror}", _REMEDY) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        problem = plain_line(f"{where}: {first['msg']}" if where else first["msg"])
        raise UsageError(
            f"{shown} is no report that can be published: {problem}", _REMEDY
        ) from None


def without_token(document: ReportDocument, token: str) -> ReportDocument:
    """The report, in which a token that the reviewed change holds is not published."""
    text = document.model_dump_json()
    if token not in text:
        return document
    return type(document).model_validate_json(text.replace(token, "[token]"))
