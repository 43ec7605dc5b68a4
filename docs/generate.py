"""Make the pages and files in docs/ that are made from the code: `make docs`.

docs/configuration.md      from the settings type
docs/commands.md           from `--help`
docs/report.schema.json    from the JSON report's own type
A test fails when one of them is stale.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import click

from reviewbot.cli.main import cli
from reviewbot.reporters.json_report import ReportDocument
from reviewbot.settings import PREFIX, Settings

DOCS = Path(__file__).resolve().parent

_CONFIGURATION = """# Configuration

<!-- made by `make docs` from reviewbot/settings.py -->

A key is taken from the first of these that sets it:

1. the flag (`--fail-on error`)
2. the environment (`{prefix}FAIL_ON=error`)
3. the repository: `.reviewbot.toml`, or else `[tool.reviewbot]` in `pyproject.toml`
4. the user: `reviewbot/config.toml` in the user's configuration folder (on Linux `~/.config`)

The repository is not trusted. A key that says where code is sent or what is run is *trusted*: in
the repository's file it is an error (exit code 2). An unknown key is an error that names the
nearest one.
`--config FILE` reads FILE in place of 3 and 4; `--no-config` reads neither.

`{prefix}API_KEY` is the one key that is sent to an engine; it is read from the environment alone.

| key | default | who may set it | meaning |
|---|---|---|---|
"""


def configuration() -> str:
    rows = []
    for item in fields(Settings):
        if not item.metadata:
            continue
        default = {(): "`[]`", None: "none"}.get(item.default, f"`{json.dumps(item.default)}`")
        who = "user" if item.metadata["trusted"] else "user, repository"
        rows.append(f"| `{item.name}` | {default} | {who} | {item.metadata['help']} |\n")
    return _CONFIGURATION.format(prefix=PREFIX) + "".join(rows)


def commands() -> str:
    parts = ["# Commands\n\n<!-- made by `make docs` from the commands themselves -->\n"]
    settings = {**cli.context_settings, "terminal_width": 88, "max_content_width": 88}
    with click.Context(cli, info_name="reviewbot", **settings) as top:
        parts += [_help(path, found) for path, found in _walk(cli, top)]
    return "\n".join(parts)


def _walk(
    command: click.Command, context: click.Context
) -> list[tuple[str, tuple[click.Command, click.Context]]]:
    found = [(context.command_path, (command, context))]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                inner = click.Context(
                    child, context, info_name=name, terminal_width=88, max_content_width=88
                )
                found += _walk(child, inner)
    return found


def _help(path: str, found: tuple[click.Command, click.Context]) -> str:
    command, context = found
    return f"## {path}\n\n```text\n{command.get_help(context)}\n```\n"


def report_schema() -> str:
    return json.dumps(ReportDocument.model_json_schema(), indent=2) + "\n"


PAGES = {
    "commands.md": commands,
    "configuration.md": configuration,
    "report.schema.json": report_schema,
}


def main() -> None:
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
