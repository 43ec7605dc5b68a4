"""One rule's file: TOML between two lines of `+++`, then the text, in Markdown.

TOML is what reviewbot's settings are written in, and the standard library reads it. A file that
cannot be read is an error and no rule less: a team that believes in a rule must not go without it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from reviewbot.change.rules.rule import Rule
from reviewbot.change.secrets.search import masked
from reviewbot.change.syntax.language import LANGUAGES
from reviewbot.errors import ConfigError, nearest
from reviewbot.finding import Severity
from reviewbot.plain import plain_line

# In characters. What is longer is a guide, and a small model follows none.
LONGEST_TEXT = 800
_LONGEST_FILE = 8_000  # bytes
_MOST_GLOBS = 50
_LONGEST_GLOB = 200
_FENCE = "+++"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_KEYS = ("globs", "languages", "severity", "title")
# Signs by which other tools' globs say what these do not.
_FOREIGN = re.compile(r"[{}\\]|^!")


def read_rule(path: str, content: bytes, place: str) -> Rule:
    """The rule in a file; `place` says whose file it is. Raises ConfigError, which names the
    line."""
    return _File(path, place).rule(content)


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    place: str

    def rule(self, content: bytes) -> Rule:
        name = self._name()
        if len(content) > _LONGEST_FILE:
            raise self.fault(0, f"it has {len(content)} bytes, and may have {_LONGEST_FILE}")
        lines = self._lines(content)
        end = self._end(lines)
        head = _Head(self, lines[:end], self._table(lines[1:end]))
        return Rule(
            name,
            self._text(lines[end + 1 :], head.title(), end + 2),
            head.severity(),
            head.globs(),
            head.languages(),
        )

    def fault(self, line: int, problem: str) -> ConfigError:
        where = f"{plain_line(self.path)}{f', line {line}' if line else ''} in {self.place}"
        return ConfigError(f"{where}: {problem}", "mend the rule, or remove it (docs/rules.md)")

    def _name(self) -> str:
        name = self.path.rpartition("/")[2].removesuffix(".md")
        if not _NAME.fullmatch(name):
            raise self.fault(
                0, "a rule's file has a name of at most 40 small letters, digits and dashes"
            )
        return name

    def _lines(self, content: bytes) -> list[str]:
        try:
            return content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise self.fault(line, "it is not UTF-8") from None

    def _end(self, lines: list[str]) -> int:
        """The index of the line that ends the front matter."""
        if lines[0].rstrip() != _FENCE:
            raise self.fault(1, f"a rule begins with TOML between two lines of {_FENCE}")
        ends = (at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE)
        end = next(ends, None)
        if end is None:
            raise self.fault(1, f"no second line of {_FENCE} ends what begins here")
        return end

    def _table(self, lines: list[str]) -> dict[str, Any]:
        try:
            return tomllib.loads("\n".join(lines))
        except (ValueError, RecursionError) as error:
            raise self.fault(*_told(error, len(lines))) from None

    def _text(self, lines: list[str], title: str, first: int) -> str:
        """One line, so that no rule has a line of the prompt to itself."""
        text = plain_line("\n".join(masked(filter(None, (title, *lines)))))
        if not plain_line("\n".join(lines)):
            raise self.fault(first, "it says nothing")
        if len(text) > LONGEST_TEXT:
            raise self.fault(
                first, f"it has {len(text)} characters, and a rule may have {LONGEST_TEXT}"
            )
        return text


def _told(error: Exception, last: int) -> tuple[int, str]:
    """The line in the file, and what is wrong there."""
    said = plain_line(str(error))
    if found := re.search(r" \(at line (\d+), column \d+\)$", said):
        return int(found[1]) + 1, said[: found.start()]
    return last + 1, said.removesuffix(" (at end of document)") or "it is nested too deep"


@dataclass(frozen=True, slots=True)
class _Head:
    """The front matter, by key. `lines` are those of the file up to its end."""

    file: _File
    lines: list[str]
    table: dict[str, Any]

    def __post_init__(self) -> None:
        for key in self.table:
            if key not in _KEYS:
                raise self._fault(key, f'there is no key "{key}"; {nearest(key, _KEYS)}')

    def title(self) -> str:
        title = self.table.get("title", "")
        if not isinstance(title, str):
            raise self._fault("title", "title must be a text")
        return f"{title.rstrip('.')}." if title.strip() else ""

    def severity(self) -> Severity:
        said = self.table.get("severity", Severity.WARNING)
        known = [severity.value for severity in Severity]
        if said not in known:
            raise self._fault("severity", f"severity must be one of {', '.join(known)}")
        return Severity(said)

    def globs(self) -> tuple[str, ...]:
        globs = self._texts("globs")
        if len(globs) > _MOST_GLOBS or any(len(glob) > _LONGEST_GLOB for glob in globs):
            raise self._fault(
                "globs", f"at most {_MOST_GLOBS} globs of {_LONGEST_GLOB} characters are read"
            )
        for glob in globs:
            if _FOREIGN.search(glob) or not glob.strip("/ "):
                raise self._fault(
                    "globs", f'the glob "{glob}" is none; *, **, ? and [abc] are known'
                )
        return globs

    def languages(self) -> tuple[str, ...]:
        languages = self._texts("languages")
        for name in languages:
            if name not in LANGUAGES:
                raise self._fault(
                    "languages", f'no language "{name}" is known; {nearest(name, LANGUAGES)}'
                )
        return languages

    def _texts(self, key: str) -> tuple[str, ...]:
        """An empty list would make of a rule for nothing one for everything."""
        if key not in self.table:
            return ()
        texts = self.table[key]
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
            raise self._fault(key, f"{key} must be a list of texts, with one at least")
        return tuple(texts)

    def _fault(self, key: str, problem: str) -> ConfigError:
        begins = re.compile(rf"""\s*["'\[]*{re.escape(key)}\b""")
        found = (no for no, line in enumerate(self.lines, 1) if begins.match(line))
        return self.file.fault(next(found, 1), plain_line(problem))
