from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.change.secrets import MASK, masked

SECRETS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ASIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + "a1B2" * 9,
    "ghs_" + "a1B2" * 9,
    "github_pat_" + "a1B2_" * 5,
    "glpat-" + "a1B2-" * 4,
    "xoxb-" + "1234567890-abc",
    "sk-" + "proj-a1B2c3D4e5F6g7H8",
    "sk_live_" + "a1B2" * 4,
    "hf_" + "a1B2" * 8,
    "pypi-" + "a1B2" * 13,
    "AIza" + "a1B2c" * 7,
    "eyJ" + "a1B2c3D4e5" + ".eyJ" + "a1B2c3D4e5" + "." + "a1B2c3D4e5",
]


def _key(kind: str = "RSA ", lines: int = 50) -> list[str]:
    raw = b"".join(hashlib.sha384(bytes([number])).digest() for number in range(lines))
    text = base64.b64encode(raw[:-20]).decode()
    body = [text[at : at + 64] for at in range(0, len(text), 64)]
    return [f"-----BEGIN {kind}PRIVATE KEY-----", *body, f"-----END {kind}PRIVATE KEY-----"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("frame", ['key = "{}"', "{}", "x={}&y=1", "Bearer {},", "({})"])
def test_an_issued_token_is_masked_wherever_it_stands(secret: str, frame: str) -> None:
    assert list(masked([frame.format(secret)])) == [frame.format(MASK)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("postgres://admin:hunter2@db/x", f"postgres://admin:{MASK}@db/x"),
        ("redis://:hunter2@cache:6379", f"redis://:{MASK}@cache:6379"),
        ("https://example.org:8080/a@b", "https://example.org:8080/a@b"),
        ("git@host:path", "git@host:path"),
    ],
)
def test_a_password_in_an_address_is_masked(line: str, shown: str) -> None:
    assert list(masked([line])) == [shown]


@pytest.mark.parametrize(
    "line",
    [
        "def ask(desk-lamp): pass",
        "risk-assessment-of-the-whole-portfolio-in-2026",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "#" * 80,
        "/" * 80,
        "x" * 80,
        "+" * 80,
    ],
)
def test_ordinary_code_stays_as_it_is(line: str) -> None:
    assert list(masked([line])) == [line]


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_the_body_of_a_private_key_is_masked(kind: str) -> None:
    key = _key(kind, 5)
    lines = ["before", *key, "after"]
    assert list(masked(lines)) == ["before", key[0], *[MASK] * 5, key[-1], "after"]


@pytest.mark.parametrize("begin", [5, 25, 48])
def test_a_part_of_a_private_key_is_masked_without_its_first_line(begin: int) -> None:
    key = _key()
    shown = list(masked([*key[begin:], "after()"]))
    assert not any(line in "\n".join(shown) for line in key[begin:-1])
    assert shown[-1] == "after()"


def test_a_part_of_a_private_key_is_masked_without_either_end() -> None:
    assert list(masked(_key()[5:9])) == [MASK] * 4


def test_a_quoted_and_indented_key_is_masked() -> None:
    key = _key(lines=5)
    lines = [f'    "{line}\\n"' for line in key[1:-1]]
    assert list(masked(lines)) == [MASK] * 5


def test_a_key_in_one_string_is_masked() -> None:
    key = _key(lines=5)
    (shown,) = masked(['"private_key": "' + "\\n".join(key) + '\\n",'])
    assert not any(line in shown for line in key[1:-1])
    assert shown.startswith(f'"private_key": "{key[0]}')


def test_an_encrypted_key_is_masked_behind_its_headers() -> None:
    begin, *body, end = _key(lines=3)
    headers = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0123456789ABCDEF", ""]
    assert list(masked([begin, *headers, "abcd", *body, end])) == [
        begin,
        *headers,
        *[MASK] * 4,
        end,
    ]


def test_the_mention_of_a_key_does_not_hide_the_code_below_it() -> None:
    code = ['if "-----BEGIN PRIVATE KEY-----" in text:', "    evil(text)", "    return text + 1"]
    assert list(masked(code)) == code


_ANY_LINE = st.one_of(
    st.text(st.characters(exclude_characters="\n")),
    st.sampled_from([*SECRETS, *_key(lines=3)]),
)


@settings(deadline=None)
@given(st.lists(_ANY_LINE))
def test_as_many_lines_come_out_as_went_in(lines: list[str]) -> None:
    shown = list(masked(lines))
    assert len(shown) == len(lines)
    assert not any("\n" in line for line in shown)


@settings(deadline=None)
@given(st.lists(_ANY_LINE))
def test_masking_twice_changes_nothing_more(lines: list[str]) -> None:
    once = list(masked(lines))
    assert not any(secret in line for line in once for secret in SECRETS)
    assert [line.count(MASK) for line in masked(once)] >= [line.count(MASK) for line in once]
