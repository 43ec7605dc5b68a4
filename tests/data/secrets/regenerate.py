"""Make `reviewbot/change/secrets/gitleaks.py` from gitleaks' rules: `python -m
tests.data.secrets.regenerate PATH_TO_gitleaks.toml VERSION`. Prints the rules that were left out.

Upstream, config/gitleaks.toml of github.com/gitleaks/gitleaks, is for Go's regexp; what differs in
Python's `re` is rewritten here, so that nothing is translated at run time.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from reviewbot.change.secrets.rules import Allowlist, Rule

TARGET = Path(__file__).resolve().parents[3] / "reviewbot" / "change" / "secrets" / "gitleaks.py"
# The first three span lines, or look at the name of a file alone: blocks.py and
# key_files.py. The others take seconds for a long line in `re`: supplements.py.
ELSEWHERE = {
    "private-key",
    "kubernetes-secret-yaml",
    "pkcs12-file",
    "curl-auth-header",
    "curl-auth-user",
}
# Here the first group is a part of the secret alone, which would leave the rest to be read.
WHOLE = {"microsoft-teams-webhook", "jwt-base64"}

_HEADER = '''"""Rules of gitleaks {version} (config/gitleaks.toml of github.com/gitleaks/gitleaks),
made by `python -m tests.data.secrets.regenerate`; not to be edited. SHA-256 of the source:
{digest}

{licence}"""

# fmt: off
# ruff: noqa: E501
from __future__ import annotations

from typing import Final

from reviewbot.change.secrets.rules import AllowlistRow, Row

'''
LICENCE = """MIT License

Copyright (c) 2019 Zachary Rice

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
_POSIX = {"alnum": "0-9A-Za-z", "alpha": "A-Za-z", "digit": "0-9", "xdigit": "0-9A-Fa-f"}
_POSIX |= {"lower": "a-z", "upper": "A-Z", "space": r"\s", "word": r"\w", "punct": r"!-/:-@\[-`{-~"}
_FLAGS = re.compile(r"\(\?([ims]*(?:-[ims]+)?)\)")
_CLASS = re.compile(r"\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)


def converted(source: bytes, version: str) -> tuple[str, tuple[str, ...]]:
    """The module's text, and the ids of the rules that Python cannot compile."""
    upstream = tomllib.loads(source.decode("utf-8"))
    rules: list[Rule] = []
    dropped: list[Rule] = []
    for table in upstream["rules"]:
        if table["id"] in ELSEWHERE:
            continue
        rule = _rule(table)
        (rules if _compiles(rule) else dropped).append(rule)
    shared = [_allowlist(table) for table in _tables(upstream)]
    digest = hashlib.sha256(source).hexdigest()
    text = _HEADER.format(version=version, digest=digest, licence=LICENCE)
    text += _table("SHARED: Final[tuple[AllowlistRow, ...]]", shared) + "\n"
    text += _table("RULES: Final[tuple[Row, ...]]", rules)
    return text, tuple(rule.id for rule in dropped)


def _table(name: str, items: Sequence[Rule] | Sequence[Allowlist]) -> str:
    return f"{name} = (\n" + "".join(f"    {astuple(item)!r},\n" for item in items) + ")\n"


def _rule(table: Mapping[str, Any]) -> Rule:
    return Rule(
        id=table["id"],
        title=table["description"].partition(",")[0].removesuffix("."),
        regex=to_python(table["regex"]),
        keywords=tuple(word.lower() for word in table["keywords"]),
        entropy=float(table.get("entropy", 0)),
        group=-1 if table["id"] in WHOLE else table.get("secretGroup", 0),
        path=to_python(table.get("path", "")),
        allowlists=tuple(_allowlist(allowed) for allowed in _tables(table)),
    )


def _tables(table: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "allowlist" in table:
        yield table["allowlist"]
    yield from table.get("allowlists", ())


def _allowlist(table: Mapping[str, Any]) -> Allowlist:
    return Allowlist(
        regexes=tuple(map(to_python, table.get("regexes", ()))),
        stopwords=tuple(word.lower() for word in table.get("stopwords", ())),
        paths=tuple(map(to_python, table.get("paths", ()))),
        target=table.get("regexTarget", "secret"),
        all_of=table.get("condition", "OR").upper() in {"AND", "&&"},
    )


def _compiles(rule: Rule) -> bool:
    lists = [regex for allowed in rule.allowlists for regex in (*allowed.regexes, *allowed.paths)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for regex in (rule.regex, rule.path, *lists):
                re.compile(regex)
    except (re.error, FutureWarning):
        return False
    return True


def to_python(pattern: str) -> str:
    r"""The regex as `re` writes it: in Go a flag holds from where it stands to the end of its
    group, in every alternative; Python has it only around a group.

    >>> to_python(r"a(?i)b|c\z")
    'a(?i:b)|(?i:c\\Z)'
    """
    parts: list[str] = []
    opened: list[list[str]] = [[]]
    at = 0
    while at < len(pattern):
        token = _token(pattern, at)
        if at and (flags := _FLAGS.fullmatch(token)):
            opened[-1].append(f"(?{flags.group(1)}:")
            parts.append(opened[-1][-1])
        elif token == "|":
            parts.append(")" * len(opened[-1]) + "|" + "".join(opened[-1]))
        elif token == ")":
            parts.append(")" * (len(opened.pop()) + 1))
        else:
            if token == "(":
                opened.append([])
            parts.append(_translated(token))
        at += len(token)
    return "".join(parts) + ")" * len(opened[0])


def _token(pattern: str, at: int) -> str:
    if pattern[at] == "\\":
        return pattern[at : at + 2]
    for kind in (_FLAGS, _CLASS):
        if match := kind.match(pattern, at):
            return match.group()
    return pattern[at]


def _translated(token: str) -> str:
    if token == r"\z":
        return r"\Z"
    if not _CLASS.fullmatch(token):
        return token
    inner = re.sub(r"\[:(\w+):\]", lambda match: _POSIX[match.group(1)], token[1:-1])
    # `re` warns of a bracket in a class: a later Python may take it for a set in a set.
    return "[" + re.sub(r"(\\.)|\[", lambda match: match.group(1) or r"\[", inner) + "]"


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    text, dropped = converted(Path(sys.argv[1]).read_bytes(), sys.argv[2])
    TARGET.write_text(text, encoding="utf-8")
    sys.stdout.write(f"left out: {', '.join(dropped) or 'none'}\n")


if __name__ == "__main__":
    main()
