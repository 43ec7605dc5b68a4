"""Claims as models make them, true and false, each with what should become of it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from reviewbot.review.refute.reason import Reason
from tests.review.refute import chunk_of, judged
from tests.review.refute.codes import CODES

_FILE = Path(__file__).with_name("claims.jsonl")
CLAIMS = [json.loads(line) for line in _FILE.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["message"][:60])
def test_a_claim_is_judged(claim: dict[str, str]) -> None:
    chunk = chunk_of(claim["path"], CODES[claim["path"]])
    assert judged(chunk, claim["quote"], claim["message"]) == claim["outcome"]


def test_each_reason_has_a_claim_and_as_many_pass() -> None:
    counts = Counter(claim["outcome"] for claim in CLAIMS)
    assert set(counts) == {None, *(reason.value for reason in Reason)} - {Reason.REPEATED.value}
    assert counts[None] > len(CLAIMS) / 4
