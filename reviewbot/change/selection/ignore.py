"""`.reviewbotignore` at the top of the repository: files that a team does not want reviewed.

It has the syntax of `.gitignore`, and git itself reads it: `check-ignore` in an empty repository
made for the question. So nothing differs from what people know, and git names the deciding line.
pathspec 1.1.1 lets `!dir/keep` undo `dir/`, which git does not, costs 28 ms to import, and would
be one more package. There is one file, at the top: one place to look when a file is not reviewed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from reviewbot.change.git import Git
from reviewbot.change.selection.apart import empty_repository
from reviewbot.change.selection.attributes import can_be_asked

IGNORE_FILE = ".reviewbotignore"


def read_ignored(git: Git, tree: str, paths: Iterable[str]) -> Mapping[str, int]:
    """The ignored ones of the paths with the number of the line that decides, by the file as it
    stands in a commit or tree (empty: in the index)."""
    found = git.blobs([f"{tree}:{IGNORE_FILE}"])
    content = next(iter(found.values()), b"")
    return ignored(git, content, paths) if content.strip() else {}


def ignored(git: Git, content: bytes, paths: Iterable[str]) -> Mapping[str, int]:
    asked = [path for path in dict.fromkeys(paths) if can_be_asked(path)]
    if not asked:
        return {}
    # With `./` before it no path is a pathspec with magic, such as `:(top)` or `:x`.
    question = "".join(f"./{path}\0" for path in asked).encode("utf-8", "surrogateescape")
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
        environ = empty_repository(Path(folder))
        Path(environ["GIT_WORK_TREE"], ".gitignore").write_bytes(content)
        answer = git.answer(
            question,
            # The user's own list of files that git shall not add says nothing about a review.
            *("-c", f"core.excludesFile={os.devnull}", "check-ignore"),
            *("--no-index", "--verbose", "--non-matching", "--stdin", "-z"),
            environ=environ,
            codes=(0, 1),
        )
    return _lines(answer)


def _lines(answer: bytes) -> Mapping[str, int]:
    """`source NUL line NUL pattern NUL path NUL`; no line where nothing matches, and a pattern
    with `!` is why a file is not ignored."""
    tokens = iter(answer.decode("utf-8", "surrogateescape").split("\0")[:-1])
    rows = zip(tokens, tokens, tokens, tokens, strict=True)
    return {
        path.removeprefix("./"): int(line)
        for _, line, pattern, path in rows
        if line and not pattern.startswith("!")
    }
