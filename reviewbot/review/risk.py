"""Which chunks matter most: these are asked about first, so that a cap, a deadline or an engine
that dies costs the least.

The order follows from facts that the path and the changed lines show, and from no model: first
the kind of the file, then the points of `_RULES`, then the place in the change. They are rules of
thumb of reviewers; what each is worth has not been measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum

from reviewbot.changeset import Line, LineKind
from reviewbot.prompting.chunk import Chunk

# From how many changed lines on a chunk is a large one.
_MANY_LINES = 10


class Kind(IntEnum):
    """What a file is for. A defect in code reaches users; one in settings does, where somebody
    deploys them; one in a test hides others; one in a text misleads a reader."""

    CODE = 0
    SETTINGS = 1
    TEST = 2
    TEXT = 3


_TEST = re.compile(
    r"""(?: ^ | / ) (?: tests? | specs? | __tests__ | testing | testdata | fixtures ) /
    | (?: ^ | / ) (?: test_ | conftest\. ) [^/]* $
    | [^/] (?: [._-] (?: test | spec ) s? | (?-i: Tests? | Spec ) ) \. \w+ $""",
    re.VERBOSE | re.IGNORECASE,
)
_TEXT = re.compile(
    r"""(?: ^ | / ) docs? /
    | \. (?: adoc | csv | md | po | rst | svg | tsv | txt ) $
    | (?: ^ | / ) (?: AUTHORS | CHANGELOG | COPYING | LICENSE | README ) $""",
    re.VERBOSE | re.IGNORECASE,
)
_SETTINGS = re.compile(
    r"""\. (?: cfg | conf | env | ini | json | jsonl | lock | properties | toml | xml | ya?ml ) $
    | (?: ^ | / ) \. [^/]* $""",
    re.VERBOSE | re.IGNORECASE,
)


def kind_of(path: str) -> Kind:
    """
    >>> kind_of("src/auth.py"), kind_of("tests/test_auth.py"), kind_of("docs/auth.md")
    (<Kind.CODE: 0>, <Kind.TEST: 2>, <Kind.TEXT: 3>)
    """
    known = ((_TEST, Kind.TEST), (_TEXT, Kind.TEXT), (_SETTINGS, Kind.SETTINGS))
    return next((kind for pattern, kind in known if pattern.search(path)), Kind.CODE)


_CHECK = re.compile(
    r"\b(?: if | elif | unless | guard | assert\w* | ensure\w* | require\w* | validat\w* | verif\w*"
    r" | check\w* | raise | throw )\b",
    re.VERBOSE | re.IGNORECASE,
)
_ERRORS = re.compile(
    r"\b(?: try | except | catch | finally | rescue | raise | throws? | panic | recover | defer"
    r" | unwrap | errno | err )\b",
    re.VERBOSE,
)
_SECURITY = re.compile(
    r"auth (?! ors? (?![a-z]) ) | crypt | passw | secret | permission | privileg | sanitiz"
    r" | security | session"
    r" | (?<![a-z]) (?: access | acl | admin | csrf | jwt | login | oauth | payment | saml | sso"
    r" | sudo | tokens? | xss ) (?![a-z])",
    re.VERBOSE | re.IGNORECASE,
)


def _removes_a_check(chunk: Chunk) -> bool:
    """More conditions go than come: what they kept out can now come in."""
    gone, come = _changed(chunk, LineKind.REMOVED), _changed(chunk, LineKind.ADDED)
    return _count(_CHECK, gone) > _count(_CHECK, come)


def _is_about_security(chunk: Chunk) -> bool:
    """By its path or the definition that it stands in, which people name for their purpose."""
    return bool(_SECURITY.search(chunk.path) or _SECURITY.search(chunk.header))


def _touches_error_handling(chunk: Chunk) -> bool:
    """Such lines run seldom, so neither tests nor users tell soon that they are wrong."""
    return any(_ERRORS.search(line.text) for line in chunk.own)


def _edits(chunk: Chunk) -> bool:
    """Code that was relied on does something else now; new code has no callers yet."""
    return any(line.kind is LineKind.REMOVED for line in chunk.own)


def _is_large(chunk: Chunk) -> bool:
    """One call covers many lines."""
    return chunk.changed >= _MANY_LINES


_RULES: tuple[tuple[int, Callable[[Chunk], bool]], ...] = (
    (4, _removes_a_check),
    (3, _is_about_security),
    (2, _touches_error_handling),
    (1, _edits),
    (1, _is_large),
)


def risk(chunk: Chunk) -> int:
    """The sum of the points of the rules that hold; more is riskier."""
    return sum(points for points, holds in _RULES if holds(chunk))


def riskiest_first(chunks: Sequence[Chunk]) -> list[int]:
    """The places of the chunks, in the order in which they are to be asked about."""
    return sorted(
        range(len(chunks)), key=lambda at: (kind_of(chunks[at].path), -risk(chunks[at]), at)
    )


def _changed(chunk: Chunk, kind: LineKind) -> Iterable[Line]:
    return (line for line in chunk.own if line.kind is kind)


def _count(pattern: re.Pattern[str], lines: Iterable[Line]) -> int:
    return sum(bool(pattern.search(line.text)) for line in lines)
