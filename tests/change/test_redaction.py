from __future__ import annotations

from collections.abc import Sequence

import pytest

from reviewbot.change.patch import read_patch
from reviewbot.change.redaction import Redacted, redact
from reviewbot.changeset import FileChange
from tests.change import captured
from tests.conftest import Repository

TOKEN = "ghp_" + "a1B2c3D4" * 4 + "e5F6"
OTHER = "ghp_" + "z9Y8x7W6" * 4 + "v5U4"
KEY = (
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF0ehqS9bOeK5pQ2vKkN1aB7cD9eF",
    "x4HhYpLqRs8TuVw2XyZ0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789ABCDEFab",
    "-----END RSA " + "PRIVATE KEY-----",
)


def _redacted(repository: Repository, old: Sequence[str], new: Sequence[str]) -> Redacted:
    repository.stage("f.py", "".join(f"{line}\n" for line in old))
    repository.commit()
    text = "".join(f"{line}\n" for line in new)
    repository.stage("f.py", text)
    return redact(captured(repository)["f.py"], text)


def _texts(file: FileChange) -> str:
    return "\n".join(line.text for hunk in file.hunks for line in hunk.lines)


def test_a_new_secret_is_masked_and_told_of(repository: Repository) -> None:
    found = _redacted(repository, ["a = 1"], ["a = 1", f"token = '{TOKEN}'"])
    assert TOKEN not in _texts(found.file)
    assert found.text == "a = 1\ntoken = '[secret]'\n"
    (leak,) = found.leaks
    assert (leak.path, leak.line, leak.masked) == ("f.py", 2, "token = '[secret]'")


def test_a_secret_that_was_there_is_masked_and_no_news(repository: Repository) -> None:
    old = [f"token = '{TOKEN}'", "a = 1"]
    found = _redacted(repository, old, [old[0], "a = 2"])
    assert TOKEN not in _texts(found.file)
    assert TOKEN not in (found.text or "")
    assert found.leaks == ()


def test_a_removed_secret_is_masked_and_no_news(repository: Repository) -> None:
    found = _redacted(repository, ["a = 1", f"token = '{TOKEN}'"], ["a = 1"])
    assert "token = '[secret]'" in _texts(found.file)
    assert found.leaks == ()


def test_a_secret_put_in_place_of_another_is_news(repository: Repository) -> None:
    found = _redacted(repository, [f"token = '{TOKEN}'"], [f"token = '{OTHER}'"])
    assert "ghp_" not in _texts(found.file)
    assert [leak.line for leak in found.leaks] == [1]


def test_a_key_whose_beginning_is_out_of_the_hunk_is_masked(repository: Repository) -> None:
    body = [f"{KEY[1][:-2]}{number:02}" for number in range(20)]
    old = [KEY[0], *body, KEY[3]]
    found = _redacted(repository, old, [*old[:15], "MIIEowIBAAKCAQEA0Z3VS5JJcds3", *old[15:]])
    assert "MIIEow" not in _texts(found.file)
    assert len(_texts(found.file).split("\n")) == 7


def test_a_key_is_one_leak_for_all_its_lines(repository: Repository) -> None:
    found = _redacted(repository, ["a"], ["a", *KEY, "b"])
    assert len(found.leaks) == 1
    assert found.leaks[0].line in (2, 3)


def test_a_secret_in_the_name_of_a_definition_is_masked(repository: Repository) -> None:
    gap = [f"    line({number})" for number in range(20)]
    old = [f"def f(token='{TOKEN}'):", *gap, "    return 1"]
    found = _redacted(repository, old, [*old[:-1], "    return 2"])
    assert found.file.hunks[0].header == "def f(token='[secret]'):"


def test_a_patch_is_redacted_by_its_hunks() -> None:
    patch = f"--- a/f\n+++ b/f\n@@ -7,2 +7,2 @@\n a\n-x = '{OTHER}'\n+x = '{TOKEN}'\n"
    (file,) = read_patch(patch)
    found = redact(file, None)
    assert "ghp_" not in _texts(found.file)
    assert found.text is None
    assert [leak.line for leak in found.leaks] == [8]


def test_a_file_without_secrets_comes_back_as_it_is(repository: Repository) -> None:
    repository.stage("f.py", "a\n")
    file = captured(repository)["f.py"]
    assert redact(file, "a\n").file is file


def _header(repository: Repository, top: str) -> str:
    gap = [f"  line {number}" for number in range(40)]
    found = _redacted(repository, [top, *gap, "  last"], [top, *gap, "  changed"])
    return found.file.hunks[0].header


def test_a_secret_that_git_cuts_in_the_header_is_masked(repository: Repository) -> None:
    name = "production_database_service_account_connection_token_value"
    assert _header(repository, f"{name} = '{TOKEN}'") == f"{name} = '[secret]'"


def test_the_last_line_of_a_key_is_no_header(repository: Repository) -> None:
    old = [*KEY[:3], "P4u9gqnOwr+Pag==", KEY[3], *(f"  line {number}" for number in range(40))]
    found = _redacted(repository, old, [*old[:-1], "  changed"])
    assert "P4u9" not in found.file.hunks[0].header


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (f"token = '{TOKEN}'", "token = '[secret]'"),
        ("P4u9gqnOwr+Pag==", ""),
        ("def f(x):", "def f(x):"),
        (
            "x" * 40 + " = connect(" + "y" * 20 + ", 'Zx9hunter",
            "x" * 40 + " = connect(" + "y" * 20 + ",",
        ),
        ("def f(): " * 20_000, None),
    ],
)
def test_the_header_of_a_patch_is_redacted_and_bounded(header: str, shown: str | None) -> None:
    (file,) = read_patch(f"--- a/f\n+++ b/f\n@@ -7 +7 @@ {header}\n-a\n+b\n")
    found = redact(file, None).file.hunks[0].header
    assert len(found) <= 120
    assert shown is None or found == shown
