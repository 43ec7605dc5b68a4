from __future__ import annotations

import base64
import hashlib
import re
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.change.secrets.gitleaks import RULES
from reviewbot.change.secrets.key_files import is_key_file
from reviewbot.change.secrets.repeats import repeats
from reviewbot.change.secrets.rules import rule_of
from reviewbot.change.secrets.search import MASK, distinct, find_secrets, masked
from tests.data.secrets.cases import cases, is_right, score
from tests.data.secrets.regenerate import TARGET, converted, to_python

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


@settings(deadline=None)
@given(st.lists(_ANY_LINE))
def test_what_was_found_is_not_to_be_read_on_its_line(lines: list[str]) -> None:
    shown = masked(lines)
    for secret in find_secrets(lines):
        text = lines[secret.line][secret.start : secret.end]
        assert text
        # A shorter one may stand there as a word: `https://a:a@host`.
        assert len(text) < 8 or text not in shown[secret.line]


_CONFIGURED = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["password", "  api_key", "DB_TOKEN", "curl -u me:", "x://a:", '"secret"']),
    st.sampled_from([" = ", ": ", "=", ':"', '="', " => '"]),
    st.text("abcdefghijklmnopqrstuvwxyz0123456789!@-_.+/=", min_size=6, max_size=40),
    st.sampled_from(["", '"', "'", "@h/", ";", ",", "&b=1", "\r"]),
)


@settings(deadline=None)
@given(st.lists(_CONFIGURED))
def test_masking_what_looks_like_configuration_twice_changes_nothing(lines: list[str]) -> None:
    once = masked(lines)
    assert masked(once) == once


def test_no_case_is_told_worse_than_when_it_was_measured() -> None:
    """Measured with `python -m benchmarks.secrets`; raise these when that says more."""
    of = score(cases())
    assert (of.positives, of.negatives) == (143, 103)
    assert of.found >= 134
    assert of.false == 0
    by_kind = {kind: score(c for c in cases() if c.kind == kind) for kind in KINDS}
    assert {kind: by_kind[kind].found >= least for kind, least in KINDS.items()} == dict.fromkeys(
        KINDS, True
    )


KINDS = {"provider token": 43, "private key": 12, "generic assignment": 54, "address": 25}


def test_the_same_is_found_whatever_stands_around_it() -> None:
    """The end of a line, of an excerpt or of a window must not hide a secret."""
    filler = ["value = compute(first, second)  # ordinary code"] * 300
    for case in (case for case in cases() if case.secrets and is_right(case)):
        text = "\n".join(masked([*filler, *case.text.split("\n"), *filler], case.path))
        assert not any(secret in text for secret in case.secrets), case


@pytest.mark.parametrize("before", [8150, 8192, 12000, 12288, 40000])
def test_a_secret_at_the_border_of_a_piece_of_a_long_line_is_masked(before: int) -> None:
    token = SECRETS[3]
    (shown,) = masked(["x;" * (before // 2) + f'"{token}"' + "y;" * 9000])
    assert shown == "x;" * (before // 2) + f'"{MASK}"' + "y;" * 9000


@pytest.mark.parametrize("unit", ["key=", "ey", 'password="', ";password=abcd", "curl -H ", "a_"])
def test_a_line_made_to_be_slow_is_not(unit: str) -> None:
    begin = time.process_time()
    masked([unit * (50_000 // len(unit))])
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("unit", ["sk-", "-sk-a", "-eyJ", "_eyJ", "ghp_a"])
def test_a_long_line_of_prefixes_is_searched_to_its_end(unit: str) -> None:
    """No time is asked for; a regex that takes the square of it is felt."""
    filler = unit * (450_000 // len(unit))
    (shown,) = masked([f'x{filler} password = "hunter22x"'])
    assert shown.endswith(f'password = "{MASK}"')


@pytest.mark.parametrize(
    "line",
    [
        "e.g. `https` in `https://user:pass@host:port/path`",
        "postgres://user:pass@localhost:5432/foobar",
        "http://joe:Password@proxy.example.com:3128",
        "[user:passwd@]proxy, ftp://user:passwd@host",
        "amqp://guest:secret@mq, amqp://guest:changeme@mq, amqp://user:token1@mq",
    ],
)
def test_an_address_in_documentation_is_shown(line: str) -> None:
    assert masked([line]) == [line]


def test_a_known_secret_is_masked_on_every_line_and_found_once() -> None:
    lines = ['login("Zx9hunter2Q!")', 'password = "Zx9hunter2Q!"', "f'{x}:Zx9hunter2Q!@'"]
    assert masked(lines) == [f'login("{MASK}")', f'password = "{MASK}"', f"f'{{x}}:{MASK}@'"]
    secrets = find_secrets(lines)
    assert [(one.line, one.repeat) for one in secrets] == [(0, True), (1, False), (2, True)]
    assert [one.line for one in distinct(secrets)] == [1]


@pytest.mark.parametrize("secret", ["hunter22x", "aaaa.bbbb.cccc", "0123456789", "snake_case_name"])
def test_what_may_be_a_word_is_no_repeat(secret: str) -> None:
    assert not list(repeats([secret], [secret]))


def test_only_so_many_secrets_are_looked_for_again() -> None:
    lines = [f"{number:04}-hunter" for number in range(300)]
    assert len(list(repeats(lines, lines))) == 200


@pytest.mark.parametrize("path", ["a.ipynb", "b.yaml"])
def test_quotes_that_are_escaped_are_quotes(path: str) -> None:
    line = '"login = {\\"password\\": \\"Tr0ub4dor3\\"}\\n"'
    assert masked([line], path) == [line.replace("Tr0ub4dor3", MASK)]


def test_a_configured_secret_stands_behind_an_escaped_quote() -> None:
    assert masked(['token\\": \\"q7Marmot9Dune'], "a.yaml") == [f'token\\": \\"{MASK}']


@pytest.mark.parametrize("quote", ['"', "'", "`", '\\"'])
def test_a_token_broken_over_two_strings_is_masked_up_to_the_break(quote: str) -> None:
    line = f"token = ({quote}ghp_1234567890abcdefghij{quote}"
    assert masked([line]) == [f"token = ({quote}{MASK}{quote}"]


def test_a_repeated_secret_is_masked_each_time() -> None:
    assert masked(['password = "hunter22x"  # was hunter22x']) == [
        f'password = "{MASK}"  # was {MASK}'
    ]


def test_a_name_that_is_given_to_itself_is_no_secret() -> None:
    line = "self.delivery_s3_key_prefix = delivery_s3_key_prefix"
    assert masked([line]) == [line]


def test_places_are_those_of_the_lines_given() -> None:
    (secret,) = find_secrets(["é = 1", 'İ; password = "hunter22x"'])
    assert (secret.rule, secret.line) == ("quoted-password", 1)
    assert 'İ; password = "hunter22x"'[secret.start : secret.end] == "hunter22x"


def test_a_key_is_shown_to_people_once_and_a_suspicion_not_at_all() -> None:
    key = _key(lines=5)
    lines = [*key, "", 'password = "hunter22x"', *_key(lines=9)[3:5]]
    secrets = find_secrets(lines)
    assert [one.line for one in secrets] == [1, 2, 3, 4, 5, 8, 9, 10]
    assert [(one.rule, one.line) for one in distinct(secrets)] == [
        ("private-key", 1),
        ("quoted-password", 8),
    ]


def test_a_secret_never_names_itself() -> None:
    for case in cases():
        for found in find_secrets(case.text.split("\n"), case.path):
            assert not any(secret in repr(found) for secret in case.secrets)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "a/.env.production",
        "prod.env",
        "id_rsa",
        ".ssh/id_ed25519",
        "tls/server.key",
        "a.pem",
        "b.p12",
        "c.pfx",
        "d.jks",
        "e.keystore",
        ".netrc",
        ".pgpass",
        ".htpasswd",
        ".pypirc",
        ".aws/credentials",
        ".docker/config.json",
        "service-account-prod.json",
    ],
)
def test_a_file_of_keys_is_known_by_its_name(path: str) -> None:
    assert is_key_file(path)
    assert is_key_file(f"some/folder/{path}")


@pytest.mark.parametrize(
    "path",
    [
        ".env.example",
        ".env.sample",
        ".env.template",
        ".env.dist",
        "env.py",
        "id_rsa.pub",
        ".npmrc",
        "ca.pem",
        "certs/public.pem",
        "keys.py",
        "credentials.py",
        "config.json",
        "monkey",
        "src/key/reader.go",
        "environment.ts",
    ],
)
def test_other_files_are_read(path: str) -> None:
    assert not is_key_file(path)


def test_each_vendored_rule_compiles() -> None:
    rules = [rule_of(row) for row in RULES]
    assert len(rules) == 217
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for rule in rules:
            lists = rule.allowlists
            for regex in (rule.regex, rule.path, *(one for a in lists for one in a.regexes)):
                re.compile(regex)
            assert rule.keywords
            assert all(word == word.lower() for word in rule.keywords)


def test_the_converter_keeps_what_upstream_means() -> None:
    sample = Path(TARGET).parents[3] / "tests" / "data" / "secrets" / "sample.toml"
    text, dropped = converted(sample.read_bytes(), "v0")
    assert dropped == ("beyond-python",)
    made: dict[str, object] = {}
    exec(compile(text, "sample", "exec"), made)  # noqa: S102
    assert made["RULES"] == (
        (
            "sample-token",
            "Found a sample token",
            r"""\bs_(?i:([0-9A-Za-z]{8})(?:[\x60'"\s;\[]|\\[nr]|\Z))""",
            ("s_",),
            2.0,
            0,
            "",
            ((("sample",), ("word",), (), "line", True),),
        ),
    )
    assert made["SHARED"] == (
        (
            ("^/Users/(?i:[a-z0-9]+/$)",),
            ("abcdef",),
            (r"sample\.toml", r"(?i)\.(?:png|gif)$"),
            "secret",
            False,
        ),
    )
    assert TARGET.read_text(encoding="utf-8").splitlines()[5:24] == text.splitlines()[5:24]


@pytest.mark.parametrize(
    ("go", "python"),
    [
        ("(?i)a|b", "(?i)a|b"),
        ("a(?i)b|c", "a(?i:b)|(?i:c)"),
        ("(a(?i)b)c", "(a(?i:b))c"),
        ("(?:a(?i)b|(?-i:c))d", "(?:a(?i:b)|(?i:(?-i:c)))d"),
        (r"[(?i)]\(?i", r"[(?i)]\(?i"),
    ],
)
def test_a_flag_holds_to_the_end_of_its_group(go: str, python: str) -> None:
    assert to_python(go) == python
    re.compile(python)


@pytest.mark.parametrize(
    "path", ["package-lock.json", "go.sum", "node_modules/x.js", "vendor/a/b.go", "i.svg", "k.pem"]
)
def test_an_issuers_token_is_masked_whatever_the_file(path: str) -> None:
    token = "dapi" + "0a1b2c3d4e5f6a7b" * 2
    assert masked([f'x = "{token}"'], path) == ['x = "[secret]"']


def test_a_hash_in_a_lock_file_is_no_secret() -> None:
    lines = ['"key": "sha512-9hK2mP7qR4tV8wX1yZ3aB5cD6eF0gH2iJ4kL6mN8oP0qR2sT4uV6wX8yZ0aB2cD4=="']
    assert masked(lines, "package-lock.json") == lines
