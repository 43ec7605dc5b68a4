"""The report that is to be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewbot.reporters.json_report import ReportDocument


def without_token(document: ReportDocument, token: str) -> ReportDocument:
    """The report, in which a token that the reviewed change holds is not published."""
    text = document.model_dump_json()
    if token not in text:
        return document
    return type(document).model_validate_json(text.replace(token, "[token]"))
