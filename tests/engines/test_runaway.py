"""What counts as a loop, and what must not: a review that is given up is a chunk that failed."""

from __future__ import annotations

import json

import pytest

from reviewbot.engines.runaway import LONGEST_BLANK, SPAN, Runaway


def _seen(text: str, step: int = 3) -> tuple[str, int]:
    """What was wrong, and after how many characters."""
    watch = Runaway()
    for end in range(0, len(text), step):
        if wrong := watch.sees(text[end : end + step]):
            return wrong, end + step
    return "", len(text)


@pytest.mark.parametrize("blank", ["\n", " ", "\n  ", "\t"])
def test_blanks_without_end_are_seen_early(blank: str) -> None:
    wrong, after = _seen("{" + blank * 1000)
    assert "blanks" in wrong
    assert after <= LONGEST_BLANK + 110


@pytest.mark.parametrize("period", [1, 7, 64, 250, 300])
def test_a_loop_is_seen_early(period: int) -> None:
    unit = "".join(chr(33 + index * 7919 % 90) for index in range(period))
    wrong, after = _seen('{"findings": [' + unit * (4000 // period))
    assert "repeats" in wrong
    assert after <= SPAN + 130


def test_a_list_of_findings_of_one_kind_is_no_loop() -> None:
    findings = [
        {
            "quote": f"    total = total + price[{number}]",
            "problem": "The index is past the end of the list when the order is empty.",
            "category": "correctness",
            "severity": "error",
        }
        for number in range(20)
    ]
    for indent in (None, 2, 8):
        assert _seen(json.dumps({"findings": findings}, indent=indent))[0] == ""


def test_a_rule_of_signs_in_a_quote_is_no_loop() -> None:
    assert _seen('{"quote": "# ' + "=" * 900 + '", "problem": "' + "-" * 900 + '"}')[0] == ""
