"""`reviewbot publish`: post a finished JSON report as comments at a code host."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewbot import __version__
from reviewbot.cli.options import settings_of
from reviewbot.cli.output import say
from reviewbot.network import Door
from reviewbot.plain import inert, plain_line

if TYPE_CHECKING:
    from reviewbot.hosts.wire import Api
    from reviewbot.hosts.wishes import Wishes

_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Read the host, print what would be posted."),
    click.option(
        "--force", is_flag=True, help="Post a report that is not about the newest commit, too."
    ),
    click.option(
        "--max-comments",
        "most",
        type=click.IntRange(min=0),
        default=50,
        show_default=True,
        metavar="N",
        help="Post N new comments at the most; the summary lists the rest.",
    ),
    click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Wait at most this long, all together, for a busy host.",
    ),
    click.option(
        "--allow-host",
        "allow_hosts",
        metavar="HOST",
        multiple=True,
        help="Allow the report to be sent to this host (repeatable).",
    ),
    click.option(
        "--allow-plaintext",
        is_flag=True,
        default=None,
        help="Allow plain http to an allowed host.",
    ),
    click.argument("report", type=click.Path(path_type=Path, dir_okay=False)),
)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def publish() -> None:
    """Post a JSON report as comments: on a GitLab merge request, on a GitHub pull request.

    A host beside this machine must be allowed (--allow-host). The same command again updates the
    comments and repeats none.
    """


@publish.command()
@click.option("--url", "host_url", metavar="URL", help="GitLab's address; CI_API_V4_URL.")
@click.option("--project", metavar="ID", help="Its number or path; CI_MERGE_REQUEST_PROJECT_ID.")
@click.option("--merge-request", "number", type=int, metavar="IID", help="CI_MERGE_REQUEST_IID.")
@_options
def gitlab(
    report: Path, host_url: str | None, project: str | None, number: int | None, **options: Any
) -> int:
    """Post REPORT on a merge request, as threads on its lines and one summary.

    The token stands in REVIEWBOT_GITLAB_TOKEN (docs/publish.md says which).
    """
    from reviewbot.hosts.document import without_token
    from reviewbot.hosts.gitlab import publish as run
    from reviewbot.hosts.gitlab_notes import Notes
    from reviewbot.hosts.gitlab_target import REMEDIES, TOKEN, TOKEN_KIND, merge_request
    from reviewbot.hosts.ledger import Ledger
    from reviewbot.hosts.wishes import token_of, told
    from reviewbot.reporters.read_json import read_report

    document = read_report(report)
    target = merge_request(host_url, project, number, os.environ)
    token, ledger = token_of(os.environ, TOKEN, TOKEN_KIND), Ledger()
    with _api(target.url, token, options) as api, told(ledger, REMEDIES, _tell):
        document = without_token(document, token)
        done = run(document, Notes(api, target.path), _wishes(options), ledger)
        _tell_done(done, options)
    return 0


@publish.command()
@click.option("--url", "host_url", metavar="URL", help="GitHub's API; GITHUB_API_URL.")
@click.option("--repository", metavar="OWNER/NAME", help="GITHUB_REPOSITORY.")
@click.option("--pull-request", "number", type=int, metavar="N", help="GITHUB_REF.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["review", "checks"]),
    default="review",
    show_default=True,
    help="Comments, or a check run with annotations.",
)
@_options
def github(
    report: Path,
    host_url: str | None,
    repository: str | None,
    number: int | None,
    form: str,
    **options: Any,
) -> int:
    """Post REPORT on a pull request, as one review of its lines and one summary.

    The token stands in REVIEWBOT_GITHUB_TOKEN (docs/publish.md says which).
    """
    from reviewbot.hosts import github as review
    from reviewbot.hosts import github_checks as checks
    from reviewbot.hosts.document import without_token
    from reviewbot.hosts.github_comments import Comments
    from reviewbot.hosts.github_target import REMEDIES, TOKEN, TOKEN_KIND, pull_request
    from reviewbot.hosts.ledger import Ledger
    from reviewbot.hosts.wishes import token_of, told
    from reviewbot.reporters.read_json import read_report

    document = read_report(report)
    target = pull_request(host_url, repository, number, os.environ)
    token, ledger = token_of(os.environ, TOKEN, TOKEN_KIND), Ledger()
    run = review.publish if form == "review" else checks.publish
    with _api(target.url, token, options) as api, told(ledger, REMEDIES, _tell):
        api.client.headers["accept"] = "application/vnd.github+json"
        document = without_token(document, token)
        done = run(document, Comments(api, target), _wishes(options), ledger)
        _tell_done(done, options)
    return 0


def _wishes(options: Mapping[str, Any]) -> Wishes:
    from reviewbot.hosts.wishes import Wishes

    return Wishes(options["most"], dry_run=options["dry_run"], force=options["force"])


@contextmanager
def _api(url: str, token: str, options: Mapping[str, Any]) -> Iterator[Api]:
    """The host's API, behind the door; whatever was opened is told."""
    from reviewbot.hosts.wire import TIMEOUT, Api, Patience

    settings = settings_of(options, None)
    door = Door.of(settings)
    endpoint = door.endpoint(url)
    try:
        with door.client(endpoint, TIMEOUT, token) as client:
            client.headers["accept-encoding"] = "identity"
            client.headers["user-agent"] = f"reviewbot/{__version__}"
            yield Api(client, endpoint, token, Patience(options["wait"]), _tell)
    finally:
        _tell(f"opened {', '.join(door.connections) or 'nothing'}")


def _tell(text: str) -> None:
    click.echo(inert(f"reviewbot: {plain_line(text)}"), err=True)


def _tell_done(done: str, options: Mapping[str, Any]) -> None:
    """A dry run's text is long and whole lines; what was done is one."""
    say(inert(done) if options["dry_run"] else f"reviewbot: {plain_line(done)}\n")
