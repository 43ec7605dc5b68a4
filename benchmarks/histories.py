"""Is every commit of a history captured whole? `python benchmarks/histories.py REPOSITORY…`.

Each commit that HEAD reaches is captured against its first parent (a root against the empty tree),
its hunks are applied to the old blobs, and the result is compared with the new blobs byte for
byte. Its counts are compared with those of one `git diff-tree --stdin --numstat` over the whole
history, which shares no code with the capture. A disagreement is a file that differs in either,
or a commit that cannot be captured; each is printed on stderr, and any makes the exit code 1.

Two git processes serve the whole history, and each commit costs one more. A shallow clone's last
commits have no parent to be compared with and are left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.changeset import SUBMODULE_MODE, FileChange, Hunk, Scope
from reviewbot.errors import GitError, PatchError

# The caller's own index or repository (a hook's) must not stand in for the one named here.
_ENVIRONMENT = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
_RENAMES = ("--find-renames=50%", "-l1000", "--diff-algorithm=myers", "--indent-heuristic")
# None where git prints a dash: for a binary file, and for text that an attribute calls binary.
Counts = dict[str, tuple[int, int] | None]


@dataclass(slots=True)
class Tally:
    """The columns of the table: text files are the ones whose bytes were compared."""

    commits: int = 0
    merges: int = 0
    files: int = 0
    text_files: int = 0
    hunks: int = 0
    changed_lines: int = 0
    disagreements: int = 0
    seconds: float = 0.0


class Blobs:
    """Contents by object id, from one `git cat-file --batch` for the whole history."""

    def __init__(self, folder: Path) -> None:
        self._process = start(folder, "cat-file", "--batch")

    def __getitem__(self, blob: str) -> bytes | None:
        """None for a blob that is not there, as in a clone without its large files."""
        if not blob:
            return b""
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            return None
        requests.write(f"{blob}\n".encode())
        requests.flush()
        kind, *size = answers.readline().split()[1:]
        return answers.read(int(size[0]) + 1)[:-1] if kind == b"blob" else None

    def close(self) -> None:
        self._process.communicate()


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = ["git", "--no-replace-objects", "-C", str(folder), *arguments]
    return subprocess.Popen(
        command, env=_ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def ask(folder: Path, *arguments: str, text: str = "") -> str:
    process = start(folder, *arguments)
    output, _ = process.communicate(text.encode())
    if process.returncode:
        raise SystemExit(f"git {arguments[0]} failed in {folder}")
    return output.decode("utf-8", "surrogateescape")


def steps(folder: Path) -> list[tuple[str, str, bool]]:
    """Each commit after the commit or tree to compare it with; the flag marks a merge."""
    empty = ask(folder, "hash-object", "-t", "tree", "--stdin").strip()
    listed = ask(folder, "rev-list", "--reverse", "--parents", "HEAD").splitlines()
    shallow = folder / ask(folder, "rev-parse", "--git-path", "shallow").strip()
    cut = set(shallow.read_text("ascii").split()) if shallow.exists() else set()
    rows = [line.split() for line in listed]
    return [
        (parents[0] if parents else empty, commit, len(parents) > 1)
        for commit, *parents in rows
        if commit not in cut
    ]


def numstats(folder: Path, wanted: Sequence[tuple[str, str, bool]]) -> list[Counts]:
    """git's counts by new path for each step.

    Two trees a line go in. What is no object id comes out as it went in, so a line with a mark
    tells where the counts of a pair end: a count begins with a digit or a dash.
    """
    names = [name for old, new, _ in wanted for name in (f"{old}^{{tree}}", f"{new}^{{tree}}")]
    trees = ask(
        folder, "cat-file", "--batch-check=%(objectname)", text="".join(f"{n}\n" for n in names)
    ).split()
    pairs = [f"{old} {new}\n=\n" for old, new in zip(trees[::2], trees[1::2], strict=True)]
    options = ("--stdin", "-r", "--numstat", "-z", *_RENAMES)
    output = ask(folder, "diff-tree", *options, text="".join(pairs))
    found: list[Counts] = []
    at = 0
    while at < len(output):
        at = output.index("\n", at) + 1
        counts: Counts = {}
        while not output.startswith("=\n", at):
            at = _count(output, at, counts)
        found.append(counts)
        at += 2
    return found


def _count(output: str, at: int, counts: Counts) -> int:
    """Take in the record at `at`, and return where the next one begins."""
    end = output.index("\0", at)
    added, removed, path = output[at:end].split("\t", 2)
    if not path:  # renamed: the old and the new path follow
        begin = output.index("\0", end + 1) + 1
        end = output.index("\0", begin)
        path = output[begin:end]
    counts[path] = None if added == "-" else (int(added), int(removed))
    return end + 1


def applied(old: bytes, hunks: Sequence[Hunk]) -> bytes | None:
    """The old content with the hunks applied; None where what a hunk calls old is not there."""
    lines = old.split(b"\n")
    result: list[bytes] = []
    at = 0
    for hunk in hunks:
        before = [line for line in hunk.lines if line.old_no is not None]
        start = hunk.old_start - 1 if before else hunk.old_start
        after = [line for line in hunk.lines if line.new_no is not None]
        texts = [line.text.encode("utf-8", "surrogateescape") for line in before]
        if lines[start : start + len(before)] != texts:
            return None
        result += lines[at:start]
        result += [line.text.encode("utf-8", "surrogateescape") for line in after]
        at = start + len(before)
        # The piece behind the last newline is empty, or is itself a last line without one.
        if before and before[-1].ends_bare and not (after and after[-1].ends_bare):
            result.append(b"")
        if after and after[-1].ends_bare:
            at = len(lines)
    return b"\n".join(result + lines[at:])


def agrees(file: FileChange, blobs: Blobs) -> bool | None:
    """Whether the hunks take the old blob to the new one; None where there are no lines."""
    if file.mode == SUBMODULE_MODE or file.binary or file.status in "TU":
        return None
    old, new = blobs[file.old_blob], blobs[file.new_blob]
    if old is None or new is None:
        return None
    return applied(old, file.hunks) == new


def walk(folder: Path) -> Tally:
    """Capture every commit of a history and count what does not agree."""
    tally, git, blobs = Tally(), Git(folder), Blobs(folder)
    begun = time.perf_counter()
    wanted = steps(folder)
    for (old, new, is_merge), counts in zip(wanted, numstats(folder, wanted), strict=True):
        tally.commits += 1
        tally.merges += is_merge
        try:
            files = capture(git, Scope("commit", new, base=old, head=new)).files
        except (GitError, PatchError) as error:
            complain(tally, new, str(error))
            continue
        if set(counts) != {file.path for file in files}:
            complain(tally, new, "git lists other files")
        for file in files:
            check(tally, file, counts.get(file.path), blobs)
    blobs.close()
    tally.seconds = time.perf_counter() - begun
    return tally


def check(tally: Tally, file: FileChange, counts: tuple[int, int] | None, blobs: Blobs) -> None:
    tally.files += 1
    tally.hunks += len(file.hunks)
    tally.changed_lines += file.changed
    agreement = agrees(file, blobs)
    tally.text_files += agreement is not None
    if agreement is False:
        complain(tally, file.new_blob, f"{file.path!r}: the patch does not make this blob")
    elif counts is not None and counts != (file.added, file.removed):
        complain(
            tally, file.new_blob, f"{file.path!r}: +{file.added} -{file.removed}, git: {counts}"
        )


def complain(tally: Tally, name: str, what: str) -> None:
    tally.disagreements += 1
    print(f"{name[:12]} {what}", file=sys.stderr)


def main() -> int:
    columns = [name.replace("_", " ") for name in Tally.__dataclass_fields__]
    print(f"| repository | {' | '.join(columns)} |\n|---{'|---' * len(columns)}|")
    tallies = []
    for name in sys.argv[1:]:
        tally = walk(Path(name))
        cells = " | ".join(f"{cell:,.0f}" for cell in astuple(tally))
        print(f"| {name} | {cells} |", flush=True)
        tallies.append(tally)
    return int(any(tally.disagreements for tally in tallies))


if __name__ == "__main__":
    sys.exit(main())
