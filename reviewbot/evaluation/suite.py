"""A suite: changes of which it is known whether they hold a defect, and where.

A file holds one case a line, as JSON (`.jsonl`, `.jsonl.gz`):

    {"id": "a-bug", "track": "pair", "kind": "defect", "group": "a", "pair": "a-fix",
     "language": "Python", "old_files": {"a.py": "..."}, "files": {"a.py": "..."}, "diff": "",
     "golden": [{"file": "a.py", "line": [3, 4], "anchor": "lines"}]}

`diff` stands for a change whose files are not known whole. `category`, `difficulty` and `quick`
may be left out; what else a line says is passed over.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from reviewbot.changeset import Scope
from reviewbot.errors import UsageError

Kind = Literal["defect", "clean"]
Anchor = Literal["lines", "deletion"]
BUNDLED = "bundled"
_FILES = {BUNDLED: "suite.jsonl", "hostile": "hostile.jsonl"}
_GZIP = b"\x1f\x8b"


class Golden(BaseModel, frozen=True):
    """Where a defect stands: lines of the new file, both ends included. For a `deletion`, code
    that is missing, they are the lines around the gap."""

    file: Annotated[str, Field(min_length=1)]
    line: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
    anchor: Anchor = "lines"

    @model_validator(mode="after")
    def _in_order(self) -> Golden:
        if self.line[0] > self.line[1]:
            raise ValueError("the first line stands behind the last")
        return self


@dataclass(frozen=True, slots=True)
class Texts:
    """A change as whole files: what is left out on one side is not there."""

    old: Mapping[str, str]
    new: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Patch:
    """A change of which nothing but its unified diff is known."""

    diff: str


@dataclass(frozen=True, slots=True)
class Commits:
    """A change between two commits of a repository, narrowed to some of its files."""

    repository: Path
    scope: Scope
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One change. `group` is what belongs together (a bug and its fix): intervals are drawn over
    groups. `pair` is the id of the twin; `digest` stands for all that the case says."""

    id: str
    track: str
    kind: Kind
    group: str
    change: Texts | Patch | Commits
    digest: str
    golden: tuple[Golden, ...] = ()
    pair: str | None = None
    language: str = ""
    category: str = ""
    difficulty: str = ""
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    cases: tuple[Case, ...]

    @property
    def digest(self) -> str:
        return digest_of("".join(sorted(case.digest for case in self.cases)))


# What is not known may be null.
_Word = Annotated[str, BeforeValidator(lambda word: "" if word is None else word)]


class _Row(BaseModel):
    """A line of a suite's file."""

    id: Annotated[str, Field(min_length=1)]
    track: Annotated[str, Field(min_length=1)]
    kind: Kind
    group: Annotated[str, Field(min_length=1)]
    pair: str | None = None
    language: _Word = ""
    category: _Word = ""
    difficulty: _Word = ""
    quick: bool = False
    golden: tuple[Golden, ...] = ()
    diff: str = ""
    files: dict[str, str] = {}
    old_files: dict[str, str] = {}

    @model_validator(mode="after")
    def _agrees(self) -> _Row:
        if not (self.files or self.old_files or self.diff):
            raise ValueError("it holds neither files nor a diff")
        if bool(self.golden) != (self.kind == "defect"):
            raise ValueError("a defect has golden lines, a clean case has none")
        for path in (*self.files, *self.old_files):
            # git itself takes some of them, and refuses others with words about a stream.
            if not set(path.split("/")).isdisjoint({"", ".", "..", ".git"}):
                raise ValueError(f"{path!r} is no path in a repository")
        if self.files and (strange := {item.file for item in self.golden} - set(self.files)):
            raise ValueError(f"golden lines of {', '.join(strange)}, which is not among its files")
        return self


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def load(path: Path) -> Suite:
    """The suite in a file. Raises UsageError with the file and the line."""
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(
            f"cannot read the suite {path}: {why}", "check the path after --suite"
        ) from None
    except (EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UsageError(
            f"the suite {path} is broken: {error}",
            "make it again, or take the bundled one: reviewbot eval",
        ) from None
    return Suite(_name(path), tuple(_cases(text, str(path))))


def bundled(name: str = BUNDLED) -> Suite:
    """A suite that is installed with reviewbot. Raises UsageError where it is missing."""
    try:
        text = (resources.files("reviewbot.evals") / _FILES[name]).read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        raise UsageError(
            f"the {name} suite is missing from this installation",
            "install reviewbot again, or name a suite with --suite FILE",
        ) from None
    return Suite(name, tuple(_cases(text, f"the {name} suite")))


def named(path: Path) -> Suite:
    """The suite in a file, or the installed one of that name where there is no such file."""
    return bundled(str(path)) if str(path) in _FILES and not path.exists() else load(path)


def _cases(text: str, source: str) -> Iterator[Case]:
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        case = _case(line, f"{source}, line {number}")
        if case.id in seen:
            raise UsageError(f"{source}, line {number}: {case.id} stands in line {seen[case.id]}")
        seen[case.id] = number
        yield case
    if not seen:
        raise UsageError(f"{source} holds no cases", "check the path after --suite")


def _case(line: str, place: str) -> Case:
    try:
        row = _Row.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{place}: {where + ': ' if where else ''}{first['msg']}") from None
    whole = row.files or row.old_files
    return Case(
        id=row.id,
        track=row.track,
        kind=row.kind,
        group=row.group,
        change=Texts(row.old_files, row.files) if whole else Patch(row.diff),
        digest=digest_of(row.model_dump_json(exclude={"quick"})),
        golden=row.golden,
        pair=row.pair,
        language=row.language,
        category=row.category,
        difficulty=row.difficulty,
        quick=row.quick,
    )


def _name(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".jsonl")
