"""Words of a model, and names out of a repository, as Markdown that does nothing.

A host runs `/approve` at the beginning of a line, calls the people behind `@all`, and makes links
of `#1`, `!2`, `~label`, `GH-3`, a commit's digits and every address. Nothing of that happens in
code. So a word of letters stands as it is, and any other one is set as code, which is also how a
reader wants to see `order.id`:

>>> prose("see @all in order.id, or not")
'see `@all` in `order.id`, or not'

Each paragraph is one line that begins with a word or a backtick, so no list, heading, rule or
command begins there. Blocks of code stand in a quotation, where no line begins with its own text.
"""

from __future__ import annotations

import re

from reviewbot.plain import plain

_MOST_WORDS = 4000  # characters
_MOST_CODE = 60  # lines
_LONGEST_LINE = 300
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
# Other scripts need no escaping, and set no blanks between words.
_RUN = re.compile(r"[\x21-\x7e]+|[^\x00-\x7f\s]+|\s+")
_WORD = re.compile(r"""(["'(]*)(.*?)([.,;:?!"')]*)""", re.DOTALL)
_HARMLESS = re.compile(r"[A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*|(?:[A-Za-z]\.)+[A-Za-z]|\d+(?:[.,]\d+)+")
# An issue of another tracker, whatever follows its digits, or a commit.
_REFERENCE = re.compile(r"[A-Za-z0-9]-\d|\b[0-9A-Fa-f]{7,64}\b")
_ITEM = re.compile(r"\d+[.)]+")
_TICKS = re.compile(r"`+")


def prose(text: str, most: int = _MOST_WORDS) -> str:
    """One paragraph of somebody's words, on one line; of `most` characters, before the marks of
    code are set."""
    flat = " ".join(plain(text).split())
    if len(flat) > most:
        flat = f"{flat[:most]} …"
    parts, at = [], 0
    for span in _SPAN.finditer(flat):
        parts += [_words(flat[at : span.start()]), code(span[2].strip() or span[0])]
        at = span.end()
    return _apart([*parts, _words(flat[at:])])


def code(text: str) -> str:
    """A code span that holds the text on one line."""
    flat = " ".join(plain(text).split("\n")).replace("\t", " ")
    if not flat.strip():
        return ""
    fence = "`" * (_longest_ticks(flat) + 1)
    pad = " " if flat[0] in "` " or flat[-1] in "` " else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def block(text: str) -> str:
    """Some lines of code, in a quotation: quick actions are not looked for there."""
    lines = [_cut(line) for line in plain(text).strip("\n").split("\n")]
    if len(lines) > _MOST_CODE:
        lines = [*lines[:_MOST_CODE], f"… {len(lines) - _MOST_CODE} more lines"]
    fence = fence_around("\n".join(lines))
    return "\n".join(f"> {line}" for line in (fence, *lines, fence))


def fence_around(text: str) -> str:
    """A fence that nothing in the text can close."""
    return "`" * max(3, _longest_ticks(text) + 1)


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …"


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)


def _words(text: str) -> str:
    return "".join(
        run if run.isspace() or not run.isascii() else _word(run) for run in _RUN.findall(text)
    )


def _word(run: str) -> str:
    if _ITEM.fullmatch(run):  # it would begin a list
        return code(run)
    found = _WORD.fullmatch(run)
    lead, core, trail = found.groups() if found else ("", run, "")
    if not core or (_HARMLESS.fullmatch(core) and not _REFERENCE.search(core)):
        return run
    # A call keeps its brackets: what the word opened, it closes.
    while trail.startswith(")") and core.count("(") > core.count(")"):
        core, trail = core + ")", trail[1:]
    return f"{lead}{code(core)}{trail}"


def _apart(parts: list[str]) -> str:
    """The parts joined; two code spans that would touch are set apart."""
    joined = ""
    for part in filter(None, parts):
        joined += f" {part}" if joined.endswith("`") and part.startswith("`") else part
    return joined
