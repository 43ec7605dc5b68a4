"""All rules in their order. Imported when there is a claim: their patterns take time to make."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.review.refute import answers, missing, names, sides, syntax, wording
from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.reason import Reason


def reason_against(claim: Claim, files: Files, examples: Mapping[str, str]) -> Reason | None:
    """The first reason against a claim; what needs no parser comes first."""
    return (
        answers.refuted(claim, examples)
        or wording.refuted(claim)
        or sides.refuted(claim, files)
        or missing.refuted(claim)
        or syntax.refuted(claim, files)
        or names.refuted(claim, files)
    )
