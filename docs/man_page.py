"""The man page reviewbot(1), from the commands themselves: in `make docs`, by `generate.py`.

click-man, the one library for this, was tried: it sees no command that is imported late, and a line
that begins with a dot it would hand to roff as a macro.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from inspect import cleandoc

import click

from reviewbot import __version__
from reviewbot.cli.main import cli
from reviewbot.errors import ExitCode
from reviewbot.keys import PREFIX
from reviewbot.settings import Settings

# An option of as many commands is told of once.
_COMMON = 3
_TOO = "The COMMON OPTIONS below are taken, too."
_EXIT = {
    ExitCode.OK: "Each line was reviewed, or skipped with a reason that is printed, and no finding"
    " is at or above --fail-on.",
    ExitCode.FINDINGS: "A finding is at or above --fail-on.",
    ExitCode.USAGE: "The usage, the configuration or git is wrong, or a host or model is refused.",
    ExitCode.INCOMPLETE: "Not, or not fully, reviewed. In a hook this is told and ends with 0,"
    " unless --strict is given.",
    ExitCode.INTERRUPTED: "Interrupted.",
}
_SKIP = "Any value but 0: git hooks review nothing."
_KEYS = {
    "API_KEY": "The key that is sent to the engine's server.",
    "CACHE_KEY": "The team's key of a shared cache, in place of cache_key_file; sent to nobody.",
    "CACHE_PASSWORD": "PASSWORD or USER:PASSWORD, which is sent to a shared cache.",
    "GITLAB_TOKEN": "What reviewbot publish gitlab posts with.",
    "GITHUB_TOKEN": "What reviewbot publish github posts with.",
    "SKIP": _SKIP,
}
_FILES = {
    ".reviewbot.toml": "Settings of the repository; or [tool.reviewbot] in pyproject.toml.",
    ".reviewbotignore": "Files that are not reviewed, in the syntax of .gitignore.",
    ".reviewbot/rules/*.md": "Rules of the team.",
    "~/.config/reviewbot/config.toml": "Settings of the user, on Linux.",
    "~/.cache/reviewbot": "Answers that are not asked for again, on Linux.",
    "~/.local/share/reviewbot/models": "Weights of the embedded engine, on Linux.",
}
Found = tuple[str, click.Command, click.Context]


def man_page() -> str:
    """The page in the macros of man(7)."""
    found = commands()
    counted = Counter(record for _, command, ctx in found for record in records(command, ctx))
    common = dict.fromkeys(r for r, count in counted.items() if count >= _COMMON)
    parts = [
        f'.TH REVIEWBOT 1 "" "reviewbot {__version__}"',
        *(".SH NAME", r"reviewbot \- review changes with a language model on your own hardware"),
        *(".SH SYNOPSIS", ".B reviewbot", r"\fICOMMAND\fR [\fIOPTION\fR]... [\fIARGUMENT\fR]..."),
        *(".SH DESCRIPTION", *_text(str(cli.help))),
        "Code is sent to an engine on this machine, or on a host that the user allowed.",
        *(".SH OPTIONS", *_list(records(*found[0][1:]))),
        ".SH COMMANDS",
        *(
            line
            for path, command, ctx in found[1:]
            for line in _command(path, command, ctx, common)
        ),
        *(
            ".SH COMMON OPTIONS",
            "Each is taken by at least three of the commands.",
        ),
        *_list(common),
        *(
            ".SH EXIT STATUS",
            *_list({str(int(code)): said for code, said in _EXIT.items()}.items()),
        ),
        *(".SH ENVIRONMENT", *_list(_environment().items())),
        *(".SH FILES", *_list(_FILES.items())),
        *(".SH SEE ALSO", ".BR git (1),", ".BR githooks (5)"),
    ]
    return "\n".join(parts) + "\n"


def commands() -> list[Found]:
    """The program and each of its commands, by what is typed."""
    return _walk(cli, click.Context(cli, info_name="reviewbot", **cli.context_settings))


def _walk(command: click.Command, context: click.Context) -> list[Found]:
    found: list[Found] = [(context.command_path, command, context)]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                found += _walk(child, click.Context(child, context, info_name=name))
    return found


def records(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    """The options of a command as its help tells them."""
    options = [param for param in command.get_params(context) if isinstance(param, click.Option)]
    return [record for option in options if (record := option.get_help_record(context))]


def _command(
    path: str, command: click.Command, context: click.Context, common: dict[tuple[str, str], None]
) -> list[str]:
    told = records(command, context)
    own = [record for record in told if record not in common]
    more = [".PP", _TOO] if len(told) - len(own) > 1 else []
    usage = " ".join(command.collect_usage_pieces(context))
    return [
        f".SS {_plain(f'{path} {usage}')}",
        *_text(cleandoc(str(command.help))),
        *_list(own),
        *more,
    ]


def _environment() -> dict[str, str]:
    keys = {f"{PREFIX}{name}": said for name, said in _KEYS.items()}
    settings = (item for item in fields(Settings) if item.metadata)
    return keys | {f"{PREFIX}{item.name.upper()}": item.metadata["help"] for item in settings}


def _list(rows: object) -> list[str]:
    return [line for name, said in rows for line in (".TP", rf"\fB{_plain(name)}\fR", *_text(said))]


def _text(help_text: str) -> list[str]:
    """Paragraphs; one that click is told to leave as it is (by a backspace) keeps its lines."""
    lines: list[str] = []
    for number, paragraph in enumerate(help_text.split("\n\n")):
        lines += [".PP"] if number else []
        if paragraph.startswith("\b"):
            rows = paragraph.removeprefix("\b\n").splitlines()
            lines += [".EX", *map(_plain, rows), ".EE"]
        else:
            lines += _wrapped(" ".join(paragraph.split()))
    return lines


def _wrapped(paragraph: str) -> list[str]:
    """A sentence a line, as roff likes it, and none longer than it must be."""
    rows = [
        row
        for s in re.split(r"(?<=[.;:]) ", paragraph)
        for row in re.findall(r".{1,76}(?:\s|$)|\S+", s)
    ]
    return [_plain(row.strip()) for row in rows]


def _plain(text: str) -> str:
    """Text in which roff sees no command, and a dash stays one that can be copied."""
    escaped = (
        text.replace("\\", r"\e").replace("-", r"\-").replace("`", r"\(ga").replace("'", r"\(aq")
    )
    return rf"\&{escaped}" if escaped.startswith(".") else escaped
