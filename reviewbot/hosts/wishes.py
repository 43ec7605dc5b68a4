"""What the user asked of a publication, and the checks that hold for every host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewbot.errors import HostError, RefusedError, ReviewbotError, UsageError
from reviewbot.hosts.ledger import Ledger
from reviewbot.hosts.wire import StatusError, Tell

if TYPE_CHECKING:
    from reviewbot.reporters.json_report import ReportDocument

_SHORT_ID = 12


@dataclass(frozen=True, slots=True)
class Wishes:
    """`most` is how many new comments a run may make; the summary tells the others."""

    most: int
    dry_run: bool = False
    force: bool = False


def token_of(environ: Mapping[str, str], name: str, kind: str) -> str:
    """The token of a variable, without the line break of the file that it came from.

    Raises UsageError where there is none, or one that no header can hold; it is not repeated.
    """
    token = environ.get(name, "").strip()
    if not token:
        hint = ""
        if "CI_JOB_TOKEN" in environ:
            hint = "; CI_JOB_TOKEN is not enough, since a job's token cannot post discussions"
        raise UsageError(f"{name} is not set{hint}", f"set it to {kind}")
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError(f"{name} holds a character that cannot be sent", f"set it to {kind}")
    return token


def check_head(document: ReportDocument, head: str, *, force: bool) -> None:
    """Refuse a report that is not about the state that the comments would stand on.

    Raises UsageError for a report of no commit, HostError for one of another commit: somebody
    has pushed since, and the next run's report will be of that.
    """
    if force or (document.scope.head and document.scope.head == head):
        return
    remedy = "or add --force: lines that moved are then found by their text"
    if not document.scope.head:
        raise UsageError(
            f"the report is about {document.scope.label}, which is no commit",
            f"review the commits of the change: reviewbot review --base TARGET, {remedy}",
        )
    raise HostError(
        f"the report is about {document.scope.head[:_SHORT_ID]}, and the change is at"
        f" {head[:_SHORT_ID]} by now: nothing was posted",
        f"review that commit, {remedy}",
    )


@contextmanager
def told(ledger: Ledger, remedies: Mapping[int, str], tell: Tell) -> Iterator[None]:
    """Errors that say what was posted before them, and for a refusal what to do.

    A refusal before anything was posted is wrong usage; whatever stops a run in its middle is an
    incomplete one.
    """
    try:
        yield
    except StatusError as error:
        remedy = remedies.get(error.status, "")
        if ledger.is_empty and error.status in remedies:
            raise RefusedError(f"{error.message}; nothing was posted", remedy) from None
        raise HostError(_so_far(error, ledger), remedy or error.remedy) from None
    except KeyboardInterrupt:
        tell(f"stopped; until then: {ledger.text()}; the same command goes on from there")
        raise
    except ReviewbotError as error:
        if ledger.is_empty:
            raise
        raise HostError(_so_far(error, ledger), error.remedy) from None


def _so_far(error: ReviewbotError, ledger: Ledger) -> str:
    return error.message if ledger.is_empty else f"{error.message}; until then: {ledger.text()}"
