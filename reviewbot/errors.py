"""Everything that reviewbot raises on purpose, and the exit code that each error leads to.

ReviewbotError
├── UsageError              2   what was asked cannot be done
│   ├── ConfigError         2   a setting that is unknown, mistyped or not the repository's to set
│   ├── GitError            2   git refused, or what it said does not add up
│   ├── PatchError          2   a patch text that is not one
│   ├── RefusedError        2   a host or a model that the privacy law forbids
│   ├── OutputError         2   a report that cannot be written
│   └── ReportError         2   a report or a baseline that cannot be read back
├── HostError               3   a code host that did not take what was to be posted
└── EngineError             3   the model did not answer
    ├── EngineUnavailable   3   and will not answer the next chunk either
    └── ReplyError          3   but the next chunk may do better
"""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns. A finding at the gate wins over an incomplete review."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130


class ReviewbotError(Exception):
    """Says what happened, to which file or server, and (`remedy`) what to type next."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    @property
    def told(self) -> str:
        """Both, as lines of a report."""
        return f"{self.message}\n   {self.remedy}" if self.remedy else self.message


class UsageError(ReviewbotError):
    pass


class ConfigError(UsageError):
    pass


class GitError(UsageError):
    pass


class PatchError(UsageError):
    pass


class RefusedError(UsageError):
    pass


class OutputError(UsageError):
    pass


class ReportError(UsageError):
    pass


class HostError(ReviewbotError):
    exit_code = ExitCode.INCOMPLETE


class EngineError(ReviewbotError):
    """`retries` says how often the prompt was asked again before it was given up."""

    exit_code = ExitCode.INCOMPLETE
    retries = 0


class EngineUnavailable(EngineError):  # noqa: N818  (the state of the engine is the error)
    pass


class ReplyError(EngineError):
    pass


def nearest(name: str, known: Iterable[str]) -> str:
    """A phrase that offers the known name closest to a mistyped one, or lists them all.

    >>> nearest("ollma", ["auto", "ollama"])
    'did you mean "ollama"?'
    >>> nearest("qqq", ["auto", "ollama"])
    'known: auto, ollama'
    """
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f'did you mean "{close[0]}"?' if close else f"known: {', '.join(names)}"
