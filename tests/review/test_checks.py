from __future__ import annotations

from reviewbot.change.patch import read_patch
from reviewbot.change.redaction import redact
from reviewbot.finding import Finding, Severity, Side
from reviewbot.review.checks import MOST_SECRETS, checks

TOKEN = "ghp_" + "a1B2c3D4" * 4 + "e5F6"


def _findings(*added: str, removed: str = "old") -> list[Finding]:
    body = "".join(f"+{line}\n" for line in added)
    patch = f"--- a/f.py\n+++ b/f.py\n@@ -1 +1,{len(added)} @@\n-{removed}\n{body}"
    found = [redact(file, None) for file in read_patch(patch)]
    return list(checks((item.file for item in found), (x for item in found for x in item.leaks)))


def test_an_added_secret_is_a_finding_that_does_not_print_it() -> None:
    (finding,) = _findings("a = 1", f"token = '{TOKEN}'")
    assert (finding.rule, finding.severity) == ("RB-SECRET", Severity.ERROR)
    assert (finding.location.side, finding.location.start_line) == (Side.NEW, 2)
    assert finding.quote == "token = '[secret]'"
    assert TOKEN not in repr(finding)


def test_a_removed_secret_or_marker_is_none() -> None:
    assert _findings("a = 1", removed=f"token = '{TOKEN}'") == []
    assert _findings("a = 1", removed="<<<<<<< HEAD") == []


def test_a_conflict_is_a_finding_from_its_first_marker_to_its_last() -> None:
    (finding,) = _findings("a", "<<<<<<< HEAD", "b", "=======", "c", ">>>>>>> topic")
    assert (finding.rule, finding.severity) == ("RB-CONFLICT", Severity.ERROR)
    assert (finding.location.start_line, finding.location.end_line) == (2, 6)
    assert finding.quote == "<<<<<<< HEAD\n>>>>>>> topic"


def test_hidden_characters_are_a_finding_that_shows_them_as_escapes() -> None:
    (finding,) = _findings("a", "x = '\u202e'", "y = '\u202e'")
    assert (finding.rule, finding.severity) == ("RB-UNICODE", Severity.ERROR)
    assert finding.quote == "x = '\\u202e'"
    assert finding.message.startswith("U+202E RIGHT-TO-LEFT OVERRIDE: ")
    assert "(1 more line in this file)" in finding.message
    assert "\u202e" not in repr(finding)


def test_an_ordinary_change_has_none() -> None:
    assert _findings("def f(password: str) -> None:", "\treturn password", "Title", "=======") == []


def test_the_same_secret_in_other_words_is_the_same_finding() -> None:
    (one,) = _findings(f"token = '{TOKEN}'")
    (two,) = _findings("", "", f"token = '{TOKEN[:-4]}AAAA'")
    assert one.fingerprint == two.fingerprint


def test_many_secrets_of_one_file_are_told_in_one_finding_beyond_a_bound() -> None:
    lines = [f"token{number} = '{TOKEN}'" for number in range(MOST_SECRETS + 5)]
    findings = _findings(*lines)
    assert len(findings) == MOST_SECRETS + 1
    assert findings[-1].title == "Secrets in the change: 5 more from here on"
    assert findings[-1].location.start_line == MOST_SECRETS + 1
    assert findings[-1].fingerprint != _findings(*lines, "", f"x = '{TOKEN}'")[-1].fingerprint


def test_a_finding_that_stands_for_several_lines_names_them() -> None:
    (hidden,) = _findings("x = '\u202e'", "a", "y = '\u202e'", "z = '\u202e'")
    assert (hidden.location.start_line, hidden.also) == (1, (3, 4))
    lines = [f"token{number} = '{TOKEN}{number:03d}'" for number in range(MOST_SECRETS + 3)]
    *single, rest = _findings(*lines)
    assert {one.also for one in single} == {()}
    assert rest.also == (MOST_SECRETS + 2, MOST_SECRETS + 3)


def test_one_more_hidden_character_is_another_finding() -> None:
    """A baseline that knows the first must not know the second."""
    (one,) = _findings("x = '\u202e'")
    (moved,) = _findings("a", "x = '\u202e'")
    (two,) = _findings("x = '\u202e'", "y = '\u202e'")
    assert one.fingerprint == moved.fingerprint != two.fingerprint
