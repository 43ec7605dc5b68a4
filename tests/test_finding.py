from __future__ import annotations

import pytest

from reviewbot.finding import Category, Severity, fingerprint


def test_severities_rank_from_note_to_error() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == ["note", "warning", "error"]


def test_a_category_names_its_rule() -> None:
    assert Category.ERROR_HANDLING.rule == "RB-ERROR-HANDLING"
    assert len({category.rule for category in Category}) == len(Category)


def test_a_fingerprint_survives_other_white_space() -> None:
    assert fingerprint("R", "f.py", "a  =\t1\n") == fingerprint("R", "f.py", " a = 1")


@pytest.mark.parametrize(
    "other",
    [
        ("S", "f.py", "a = 1", 0),
        ("R", "g.py", "a = 1", 0),
        ("R", "f.py", "a = 2", 0),
        ("R", "f.py", "a = 1", 1),
        ("R\0f.py", "", "a = 1", 0),
    ],
)
def test_a_fingerprint_tells_findings_apart(other: tuple[str, str, str, int]) -> None:
    assert fingerprint("R", "f.py", "a = 1") != fingerprint(*other)


def test_a_fingerprint_is_the_same_in_every_release() -> None:
    assert fingerprint("RB-TEST", "f.py", "assert x") == "064eeecc1518fc709da2e8751f978c09"


def test_a_path_that_is_no_utf8_has_a_fingerprint() -> None:
    assert len(fingerprint("R", "\udce9", "\udcff")) == 32
