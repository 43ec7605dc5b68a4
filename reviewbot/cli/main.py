"""The entry point: commands are imported when they are called, errors are told in one place."""

from __future__ import annotations

import importlib
import signal
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from reviewbot import __version__
from reviewbot.errors import ExitCode, ReviewbotError, UsageError, nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Command: where it stands, and its line in the overview. Importing all of them to print
# `--version` would take longer than printing it.
_COMMANDS = {
    "background": ("reviewbot.cli.background", "Do one job of the background."),
    "baseline": (
        "reviewbot.cli.baseline",
        "Accept the findings of reports, as a baseline.",
    ),
    "cache": ("reviewbot.cli.cache", "Say what the cache of answers holds, or empty it."),
    "completion": (
        "reviewbot.cli.completion",
        "Print a script that completes commands in a shell.",
    ),
    "doctor": ("reviewbot.cli.doctor", "Say whether a review would work, and what could leave."),
    "eval": ("reviewbot.cli.evaluate", "Say how well a model reviews, on a suite of cases."),
    "explain": ("reviewbot.cli.explain", "Explain a commit: what it does, and what to look at."),
    "hook": ("reviewbot.cli.hook", "Run as a git hook."),
    "init": ("reviewbot.cli.init", "Set reviewbot up here, by what is found; asks nothing."),
    "install": ("reviewbot.cli.install", "Run as a git hook of this repository from now on."),
    "models": (
        "reviewbot.cli.models",
        "Choose a model; list and fetch those for the embedded engine.",
    ),
    "publish": ("reviewbot.cli.publish", "Post a report as comments on GitLab or GitHub."),
    "review": ("reviewbot.cli.review", "Review a change; the staged one by default."),
    "stats": ("reviewbot.cli.stats", "Say what reviews took and found here, and what that cost."),
    "status": (
        "reviewbot.cli.status",
        "Say which model is kept loaded, and what is kept of answers.",
    ),
    "sweep": ("reviewbot.cli.sweep", "Review a whole history, or every file of a tree."),
    "uninstall": ("reviewbot.cli.install", "Take the hooks out, and put back what was there."),
}
# What a process of ours calls, and nobody else.
_INNER = {"background"}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS.keys() - _INNER)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        # `eval` is Python's own word; a module may hold two commands that belong together.
        name = cmd_name if hasattr(module, cmd_name) else module.__name__.rpartition(".")[2]
        command = getattr(module, name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(
                f"no command {args[0]!r}; {nearest(args[0], self.list_commands(ctx))}"
            )
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """As click's, but with no command imported for its line."""
        from click.shell_completion import CompletionItem

        begun = ((name, _COMMANDS[name][1]) for name in self.list_commands(ctx))
        found = [
            CompletionItem(name, help=line) for name, line in begun if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="reviewbot %(version)s")
def cli() -> None:
    """Review changes with a language model on your own hardware. No code leaves the machine."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Never raises, never prints a traceback for what is
    not a bug."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = cli.main(arguments, prog_name="reviewbot", standalone_mode=False)
        return int(code or ExitCode.OK)
    except ReviewbotError as error:
        return _tell(error)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("reviewbot: interrupted", err=True)
        return ExitCode.INTERRUPTED
    except OSError as error:
        return _tell(UsageError(f"{error.filename or 'the system'}: {error.strerror or error}"))
    except Exception:  # noqa: BLE001  (a bug of ours must not end with 1, which says "a finding")
        import traceback

        traceback.print_exc()
        return _tell(
            UsageError(
                "that is a bug in reviewbot; nothing was reviewed",
                "report the lines above, with what `reviewbot --version` says",
            )
        )


def _tell(error: ReviewbotError) -> int:
    from reviewbot.plain import inert, plain

    click.echo(inert(f"reviewbot: {plain(error.message)}"), err=True)
    if error.remedy:
        click.echo(inert(f"   {plain(error.remedy)}"), err=True)
    return error.exit_code


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    """A polite kill ends a run as Ctrl-C does: engines are stopped, nothing is half-written."""
    raise KeyboardInterrupt
