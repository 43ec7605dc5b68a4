"""Secrets that span lines: private keys, and the data of a Kubernetes Secret.

gitleaks has rules for both, which need the whole of the block in one text. Here a line is judged
as it comes, since an excerpt may begin below a key's first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviewbot.change.secrets.rules import Rule

# (index of the line, first column, the column after)
Place = tuple[Rule, int, int, int]

PRIVATE_KEY = Rule("private-key", "Found a private key", "", ())
# Most of what looks so is a key, but a certificate or an image in base64 looks the same.
KEY_LINES = Rule("key-lines", "Found lines that look like a part of a key", "", ())
KUBERNETES = Rule("kubernetes-secret", "Found the data of a Kubernetes Secret", "", ())

_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
# A whole key in one string, its newlines escaped.
_KEY_IN_LINE = re.compile(r"(?<=-----)[A-Za-z0-9+/=\\]{20,}")
_KEY_HEADER = re.compile(r"[A-Za-z-]+: ")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+")
# A line of base64 this long is no code: it is part of a key even where the key's first line is
# out of sight.
_KEY_LINE = re.compile(r"(?=[^0-9]*[0-9])(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[A-Za-z0-9+/]{60,}")
_KEY_LINE_LENGTH = 60
# What stands around the lines of a key that is quoted in code.
_AROUND = " \t\r\"'`,;#*|>)=+\\"

_KIND = re.compile(r"\s*[\"']?kind[\"']?:\s*[\"']?Secret\b")
_DATA = re.compile(r"(\s*)[\"']?(?:data|stringData)[\"']?:\s*\{?\s*$")
_ENTRY = re.compile(
    r"(\s*)[\"']?[\w.-]+[\"']?:\s+[\"']?([^\s\"'{}$|>&*#][^\s\"'{}]{3,})[\"']?,?\s*$"
)


def key_places(lines: Sequence[str]) -> Iterator[Place]:
    """The lines of private keys, and keys that stand in one line."""
    inside, seen_begin = False, False
    for number, line in enumerate(lines):
        begins = "-----" in line and _KEY_BEGINS.search(line) is not None
        if not inside and not begins and len(line) < _KEY_LINE_LENGTH:
            continue
        bare = line.replace("\\n", "").strip(_AROUND)
        if (inside or _KEY_LINE.fullmatch(bare)) and _BASE64.fullmatch(bare):
            yield (PRIVATE_KEY if seen_begin else KEY_LINES), number, 0, len(line)
            inside = True
            continue
        if begins:
            for match in _KEY_IN_LINE.finditer(line):
                yield PRIVATE_KEY, number, match.start(), match.end()
        # Code below a mere mention of a key is no key, and is not hidden from the review.
        goes_on = inside and (not bare or _KEY_HEADER.match(bare))
        inside = bool(begins or goes_on) and not _KEY_ENDS.search(line)
        seen_begin = inside and (begins or seen_begin)


def kubernetes_places(lines: Sequence[str]) -> Iterator[Place]:
    """The values below `data:` in each YAML document of the kind Secret."""
    if not any("Secret" in line and _KIND.match(line) for line in lines):
        return
    first = 0
    for number in range(len(lines) + 1):
        if number == len(lines) or lines[number].startswith("---"):
            if any(_KIND.match(line) for line in lines[first:number]):
                yield from _entries(lines, first, number)
            first = number + 1


def _entries(lines: Sequence[str], first: int, last: int) -> Iterator[Place]:
    indent = -1
    for number in range(first, last):
        if data := _DATA.match(lines[number]):
            indent = len(data.group(1))
        elif indent >= 0 and (entry := _ENTRY.match(lines[number])):
            if len(entry.group(1)) > indent:
                yield KUBERNETES, number, entry.start(2), entry.end(2)
            else:
                indent = -1
        elif lines[number].strip() and len(lines[number]) - len(lines[number].lstrip()) <= indent:
            indent = -1
