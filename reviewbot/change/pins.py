"""What keeps a repository's own settings and attributes from running a program, bending git's
output or hiding a file.

Much of it git's plumbing leaves alone by itself, but the line between plumbing and porcelain
moves: `diff.indentHeuristic` and `diff.<driver>.algorithm` (2.40) bend plumbing too. So all is
said, and the tests hold each pin against a git command that moves without it.

One setting keeps its say: a diff driver (`*.py diff=python`, or `xfuncname`) picks the line that
heads a hunk. Teams set it to see the right definition, and all it can show is another earlier
line of the same file.
"""

from __future__ import annotations

import os

PINS = (
    "git",
    # git holds index.lock while a hook runs; reading must not try to refresh the index.
    "--no-optional-locks",
    # `git replace` shows one object in another's place: the review would read what is not there.
    "--no-replace-objects",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    # The only hook that reading could run; from git 2.54 on the configuration can name one (an
    # older git knows neither key, 2.54 itself not this one).
    "-c",
    "hook.post-index-change.enabled=false",
    # git calls a file above this size binary and shows none of its lines; 512m is git's default.
    "-c",
    "core.bigFileThreshold=512m",
    "-c",
    "diff.suppressBlankEmpty=false",
    # git would complain, before each error, of the grafts file that ENVIRONMENT names.
    "-c",
    "advice.graftFileDeprecated=false",
)
DIFF = (
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--ignore-submodules=none",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--find-renames=50%",
    "-l1000",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--inter-hunk-context=0",
    "-O/dev/null",
    "--full-index",
    "--no-abbrev",
)
FORMAT = ("--raw", "--numstat", "--patch", "-z", "--unified=3")

_PATHSPECS = ("LITERAL", "GLOB", "NOGLOB", "ICASE")
ENVIRONMENT = {
    # git reads it after the command line: `--unified=3` alone would not hold.
    "GIT_DIFF_OPTS": "",
    # They change what our own `:(top,…)` means, or are fatal together with it.
    **{f"GIT_{kind}_PATHSPECS": "" for kind in _PATHSPECS},
    # A partial clone would fetch a missing blob from its remote: nothing leaves, nothing comes.
    "GIT_NO_LAZY_FETCH": "1",
    # The same for git before 2.39.4, which does not know that: no transport is allowed.
    "GIT_ALLOW_PROTOCOL": "none",
    # A local grafts file gives a commit other parents than it has.
    "GIT_GRAFT_FILE": os.devnull,
    # git's messages are read (`git.py`), to say what to do.
    "LC_ALL": "C",
}


def environment() -> dict[str, str]:
    """What is added to the caller's environment. Traces would stand in git's error messages."""
    traces = (name for name in os.environ if name.startswith("GIT_TRACE"))
    return {**ENVIRONMENT, **dict.fromkeys(traces, "")}
