"""The templates that prompts are made from: reviewbot's own, or files of the user's in their place.

A file of the user's is tried before it is used: one that fails, or that shows no code, would
make every chunk of a review fail or, worse, pass.
"""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from reviewbot.errors import UsageError
from reviewbot.report import ReplacedTemplate

SYSTEM = "review_system.j2"
CHUNK = "review_chunk.j2"
EXAMPLES = "review_examples.j2"
HIT = "linter_hit.j2"
NAMES = (SYSTEM, CHUNK, EXAMPLES, HIT)
# What their answers are worth was measured with these words: they are not the user's to replace.
CONTRAST_SYSTEM = "contrast_system.j2"
CONTRAST_VERSIONS = "contrast_versions.j2"
RULES = "review_rules.j2"
SUSPECT = "suspect.j2"
VERIFY_SYSTEM = "verify_system.j2"
VERIFY_CLAIM = "verify_claim.j2"
EXPLAIN_SYSTEM = "explain_system.j2"
EXPLAIN_PART = "explain_part_system.j2"
EXPLAIN_CODE = "explain_code.j2"
EXPLAIN_POINTS = "explain_points.j2"
EXPLAIN_MESSAGE = "explain_message.j2"
_EXPLAIN = (EXPLAIN_SYSTEM, EXPLAIN_PART, EXPLAIN_CODE, EXPLAIN_POINTS, EXPLAIN_MESSAGE)
FIXED = (CONTRAST_SYSTEM, CONTRAST_VERSIONS, RULES, SUSPECT, VERIFY_SYSTEM, VERIFY_CLAIM, *_EXPLAIN)
# `{% include "default/review_system.j2" %}` in a file of the user's is reviewbot's own text.
_DEFAULT = "default/"


@dataclass(frozen=True, slots=True)
class UserTemplate:
    """A file of the user's in the place of the template `name`."""

    name: str
    path: Path
    content: bytes

    @property
    def text(self) -> str:
        """Raises UsageError for a file that is no UTF-8."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise self.fault(line, "it is not UTF-8") from None

    def fault(self, line: int | None, problem: str) -> UsageError:
        where = f"{self.path}, line {line}" if line else str(self.path)
        return UsageError(
            f"{where}: {problem}",
            f"mend it, or go back to reviewbot's own prompt: rm {shlex.quote(str(self.path))}",
        )

    @property
    def told(self) -> ReplacedTemplate:
        """How a report names it: without the folder, which is of the user's home."""
        return ReplacedTemplate(
            self.name, self.path.name, hashlib.sha256(self.content).hexdigest()[:12]
        )


@dataclass(frozen=True, slots=True)
class Templates:
    replaced: tuple[UserTemplate, ...] = ()

    @property
    def told(self) -> tuple[ReplacedTemplate, ...]:
        return tuple(template.told for template in self.replaced)

    def environment(self) -> jinja2.Environment:
        return SandboxedEnvironment(
            loader=jinja2.FunctionLoader(self._source),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # plain text for a model, no HTML
        )

    def _source(self, name: str) -> tuple[str, str, None] | str | None:
        for template in self.replaced:
            if template.name == name:
                return template.text, str(template.path), None
        plain = name.removeprefix(_DEFAULT)
        return packaged(plain) if plain in (*NAMES, *FIXED) else None


PACKAGED = Templates()


def packaged(name: str) -> str:
    return (resources.files("reviewbot.prompts") / name).read_text(encoding="utf-8")
