"""What the tests of `refute` share: a chunk from marked lines that are a whole file, and claims."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from reviewbot.changeset import Line, LineKind
from reviewbot.finding import Candidate, Category, Finding, Severity
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import Renderer
from reviewbot.review.anchor import anchored
from reviewbot.review.refute.answers import examples_of
from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.rules import reason_against

EXAMPLES: Mapping[str, str] = examples_of(Renderer().review(None))


def chunk_of(path: str, marked: str) -> Chunk:
    """Numbers begin at 1."""
    old, new = count(1), count(1)
    lines = []
    for row in marked.removesuffix("\n").split("\n"):
        kind = LineKind(row[:1] or " ")
        old_no = next(old) if kind is not LineKind.ADDED else None
        new_no = next(new) if kind is not LineKind.REMOVED else None
        lines.append(Line(kind, row[1:], old_no, new_no))
    return Chunk(path, "", tuple(lines))


def files_of(chunk: Chunk) -> Files:
    """As if the chunk showed its whole file."""
    new = (line.text for line in chunk.lines if line.new_no is not None)
    return Files({chunk.path: "".join(f"{text}\n" for text in new)})


def finding_of(chunk: Chunk, quote: str, message: str) -> Finding:
    candidate = Candidate(quote, message, Category.CORRECTNESS, Severity.WARNING)
    (finding,) = anchored([candidate], chunk)
    assert finding is not None, quote
    return finding


def judged(chunk: Chunk, quote: str, message: str, files: Files | None = None) -> str | None:
    """The reason against a claim; None where it passes."""
    claim = Claim(finding_of(chunk, quote, message), chunk)
    with files or files_of(chunk) as known:
        reason = reason_against(claim, known, EXAMPLES)
    return reason.value if reason else None


def added(path: str, text: str) -> Chunk:
    """A new file."""
    return chunk_of(path, "".join(f"+{line}\n" for line in text.removesuffix("\n").split("\n")))
