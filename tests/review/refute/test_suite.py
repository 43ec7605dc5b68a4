"""No description of a true defect in the bundled suite is refuted on its own code."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reviewbot.change.patch import read_patch
from reviewbot.changeset import Line
from reviewbot.finding import Location, Side
from reviewbot.prompting.chunk import Chunk
from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.rules import reason_against
from tests.conftest import ROOT
from tests.review.refute import EXAMPLES, finding_of

_LINES = (ROOT / "evals" / "suite.jsonl").read_text("utf-8").splitlines()
CASES = [case for case in map(json.loads, _LINES) if case["golden"]]


def _claims(case: dict[str, Any]) -> list[Claim]:
    claims = []
    for golden in case["golden"]:
        (file,) = [file for file in read_patch(case["diff"]) if file.path == golden["file"]]
        lines: tuple[Line, ...] = tuple(line for hunk in file.hunks for line in hunk.lines)
        chunk = Chunk(file.path, "", lines)
        quote = next(line.text for line in lines if line.changed and len(line.text.strip()) > 1)
        finding = finding_of(chunk, quote, golden["what"])
        first, last = golden["line"]
        place = Location(file.path, Side.NEW, first, last)
        claims.append(Claim(replace(finding, location=place), chunk))
    return claims


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_true_defect_is_not_refuted(case: dict[str, Any]) -> None:
    with Files(case["files"]) as files:
        assert [reason_against(claim, files, EXAMPLES) for claim in _claims(case)] == [None]
