"""JSON with comments, as VS Code keeps its own files: a value added to a list without touching
anything else in the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r'(?P<blank>\s+|\A\ufeff)|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<sign>[{}\[\],:])'
    r'|(?P<word>[^\s{}\[\],:"/]+)',
    re.DOTALL,
)
_INDENT = re.compile(r"^[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def value_of(text: str) -> Any:
    """Raises ValueError, RecursionError for what is none."""
    return json.loads(_plain(_tokens(text)))


def appended(text: str, key: str, value: Any) -> str | None:
    """The text with `value` as the last of the list that the outermost object has under `key`;
    the list is made where there is none. None where that cannot be done without a loss."""
    try:
        before = value_of(text)
        there = before.get(key, [])
        made = _appended(text, key, value, has_list=key in before)
        is_right = value_of(made) == before | {key: [*there, value]}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return made if is_right and _comments(made) == _comments(text) else None


def _appended(text: str, key: str, value: Any, *, has_list: bool) -> str:
    tokens = _tokens(text)
    begin, end = _list(tokens, key) if has_list else _outermost(tokens)
    unit = "\t" if "\n\t" in text else "  "
    indent = _indent(text, tokens[end].start)
    made: Any = value if has_list else [value]
    item = json.dumps(made, indent=unit, ensure_ascii=False)
    if not has_list:
        item = f"{json.dumps(key)}: {item}"
    lines = [f"{indent}{unit}{line}" for line in item.splitlines()]
    return _put(text, tokens[begin : end + 1], lines, indent)


def _put(text: str, inside: list[_Token], lines: list[str], indent: str) -> str:
    """`inside` is a bracket, what it holds, and its partner."""
    line_break = "\r\n" if "\r\n" in text else "\n"
    held = [token for token in inside[1:-1] if token.kind != "blank"]
    said = [token for token in held if token.kind != "comment"]
    at = held[-1].end if held else inside[0].end
    rest = text[at:]
    if "\n" not in text[at : inside[-1].start]:
        rest = f"{line_break}{indent}{rest.lstrip(' ')}"
    text = text[:at] + line_break + line_break.join(lines) + rest
    if said and said[-1].text != ",":
        text = text[: said[-1].end] + "," + text[said[-1].end :]
    return text


def _tokens(text: str) -> list[_Token]:
    found = list(_read(text))
    if "".join(token.text for token in found) != text:
        raise ValueError("no JSON")
    return found


def _read(text: str) -> Iterator[_Token]:
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        yield _Token(str(match.lastgroup), match.group(), match.start(), at)


def _said(tokens: list[_Token]) -> list[_Token]:
    return [token for token in tokens if token.kind not in ("blank", "comment")]


def _plain(tokens: list[_Token]) -> str:
    """Without comments, and without commas before a closing bracket."""
    said = _said(tokens)
    after = [*said[1:], None]
    kept = [
        token.text
        for token, next_one in zip(said, after, strict=True)
        if not (token.text == "," and next_one and next_one.text in ("]", "}"))
    ]
    return " ".join(kept)


def _comments(text: str) -> list[str]:
    return [token.text for token in _tokens(text) if token.kind == "comment"]


def _outermost(tokens: list[_Token]) -> tuple[int, int]:
    signs = [at for at, token in enumerate(tokens) if token.kind == "sign"]
    return signs[0], signs[-1]


def _list(tokens: list[_Token], key: str) -> tuple[int, int]:
    """Where the list under `key` of the outermost object begins and ends."""
    depth, begin = 0, None
    last: list[str] = []
    for at, token in enumerate(tokens):
        if token.kind in ("blank", "comment"):
            continue
        if token.text in ("[", "{"):
            depth += 1
            if depth == 2 and token.text == "[" and last == [json.dumps(key), ":"]:  # noqa: PLR2004
                begin = at
        elif token.text in ("]", "}"):
            depth -= 1
            if depth == 1 and begin is not None:
                return begin, at
        last = [*last[-1:], token.text]
    raise ValueError(f"no list under {key}")


def _indent(text: str, at: int) -> str:
    """What the line begins with that holds this place."""
    found = _INDENT.match(text, text.rfind("\n", 0, at) + 1)
    return found.group() if found else ""
