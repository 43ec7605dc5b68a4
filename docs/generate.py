"""Make the pages and files in docs/ that are made from the code: `make docs`.

docs/configuration.md      from the settings type
docs/commands.md           from `--help`
docs/models.md             from the catalogue and its arithmetic
docs/report.schema.json    from the JSON report's own type
docs/man/reviewbot.1       from the commands (`man_page.py`)
docs/sweep.schema.json     from the type of a sweep's report
A test fails when one of them is stale.
"""

from __future__ import annotations

import json
import runpy
from dataclasses import fields
from pathlib import Path

import click

from reviewbot.cli.main import cli
from reviewbot.history.prices import KEYS
from reviewbot.keys import PREFIX
from reviewbot.models.card import cards, guide, tables
from reviewbot.models.recommend import TASKS, Choice, choose, room_of_vram
from reviewbot.reporters.json_report import ReportDocument
from reviewbot.settings import Settings
from reviewbot.sweep.document import SweepDocument

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

The repository's file is the one in the working tree for a staged change and in hooks. With
`--commit`, `--range`, `--base` and `--ci` it is the one from before the change, and the working
tree's says nothing: a merge request cannot lower its own gate.

`--config FILE` reads FILE in place of 3 and 4; `--no-config` reads neither.

`{prefix}API_KEY` is the one key that is sent to an engine, `{prefix}GITLAB_TOKEN` and
`{prefix}GITHUB_TOKEN` those that `reviewbot publish` sends to a code host, `{prefix}CACHE_PASSWORD`
the one that is sent to a shared cache; they are read from the environment alone. So is
`{prefix}CACHE_KEY`, the team's key in place of `cache_key_file`, which is sent to nobody.

| key | default | who may set it | meaning |
|---|---|---|---|
"""

_COSTS = """
## `[costs]`

A table of the user's file alone, for `reviewbot stats` ([stats.md](stats.md)). No price has a
default: what a token, a kilowatt-hour or a machine costs is yours to say. Each key is an option of
the command, too (`--api-input 2.5`).

| key | meaning |
|---|---|
"""


def configuration() -> str:
    rows = []
    for item in fields(Settings):
        if not item.metadata:
            continue
        default = {(): "`[]`", None: "none"}.get(item.default, f"`{json.dumps(item.default)}`")
        who = "user" if item.metadata["trusted"] else "user, repository"
        rows.append(f"| `{item.name}` | {default} | {who} | {item.metadata['help']} |\n")
    costs = (f"| `{key}` | {meaning} |\n" for key, meaning in KEYS.items())
    return _CONFIGURATION.format(prefix=PREFIX) + "".join(rows) + _COSTS + "".join(costs)


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


_MODELS = """# Choosing a model

<!-- made by `make docs` from reviewbot/models/cards.toml and what `models recommend` reckons -->

```console
$ reviewbot models recommend             # for this machine: model, quantisation, context, the sum
$ reviewbot models recommend --vram 12   # for a GPU of 4, 8, 12, 16, 24 or 48 GiB
$ reviewbot models show qwen2.5-coder:7b # one model: memory, licence, scores with their source
$ reviewbot models show                  # all {count} models, and the guide to quantisations
$ reviewbot doctor                       # does yours fit, is it slow, is there a better one
$ reviewbot doctor --measure             # load it, ask it once, say its speed
```

For a review take the largest model that fits at Q4_K_M, then more bits. A model that thinks
(`deepseek-r1`) is slower and suits reasoning about a bug more than a review on each commit. The
order follows published scores of *writing* code; none of them is about reviewing it.

## By the memory of the GPU

What `reviewbot models recommend --vram N` names, of 90 % of the GPU; the rest is for the display.

| GiB | for | `ollama pull` | context | KV cache | needs MiB |
|---:|---|---|---:|---|---:|
{vram}
`q8_0`: set `OLLAMA_KV_CACHE_TYPE=q8_0` for the server; the embedded engine takes
`--cache-type q8_0`. Not every licence allows every use:
{licences}.

## Quantisations

By the figures that llama.cpp publishes of an 8B model; `perplexity` is its rise over F16.

| name | bits a weight | of F16 | perplexity | when |
|---|---:|---:|---:|---|
{guide}
## Memory

Memory = weights + KV cache + compute + overhead.

- **Weights**: the size of the file.
- **KV cache**: layers × KV heads × (key size + value size) × context × slots × bytes a value
  (f16 2, q8_0 1.0625, q4_0 0.5625). Measured with Qwen2.5-Coder-1.5B: 112 MiB at 4,096 tokens; at
  32,768 tokens 896 MiB in f16, 476 in q8_0, 252 in q4_0: the formula to the MiB. A test compares
  it with what llama.cpp, the embedded engine, reports when it loads.
- **Compute**: taken as 0.5 GiB; measured 72 to 398 MiB for the 1.5B model.
- **Overhead**: 0.5 GiB for a GPU's context; without a GPU 0.56 of the weights, which llama.cpp
  copies into another order.

The popular rule, parameters × bits / 8 × 1.2, stands beside the sum with its error: it knows
neither the context nor the heads that share a cache.

## For the embedded engine

```console
$ reviewbot models pull owner/repo:Q4_K_M  # a public file of Hugging Face; or owner/repo:file.gguf
$ reviewbot review --engine embedded --model owner/repo:Q4_K_M
```

`pull` asks Hugging Face for the file's size and SHA-256, verifies both and keeps the file under
`owner/repo` in the folder of weights; a model in several parts is fetched whole. A review fetches
nothing. A file that you have already is given by its path.

- `--gpu-layers N` puts N layers on the GPU; without it as many as fit, if the installed build of
  xllamacpp has one, which `reviewbot doctor` says.
- `--cache-type q8_0` takes about half of the KV cache's memory, `q4_0` about a quarter.
- `--lora PATH` or `--lora PATH=0.5` adds a LoRA adapter (GGUF) of the same model, at that scale;
  the report names it with its SHA-256.

Tried on a processor alone: there was no GPU to try layers on, and Hugging Face is spoken to by its
documents.

## Names that go round

| said | why there is none | take |
|---|---|---|
{misnomers}
"""
_VRAM = (4, 8, 12, 16, 24, 48)
# How people say what the patterns of the catalogue find, in its order.
_SAID = (
    "DeepSeek Coder V3",
    "CodeLlama 2, CodeLlama 3",
    "Qwen 2.5 Coder 72B",
    "Qwen3-Coder 7B, 8B, 14B, 32B",
    "deepseek-coder:7b, :16b",
    "deepseek-r1:67b",
    "llama3.3:8b",
)


def models() -> str:
    chosen = {(gib, task): choose(task, (room_of_vram(gib),)) for gib in _VRAM for task in TASKS}
    found = {key: choice for key, choice in chosen.items() if choice is not None}
    guided = (
        f"| {q.name} | {q.bits:.2f} | {q.bits / 16:.2f} | +{q.perplexity:.4f} | {q.when} |\n"
        for q in guide().values()
    )
    wrong = (
        f"| {said} | {table['why']} | {', '.join(f'`{name}`' for name in table['real'])} |\n"
        for said, table in zip(_SAID, tables()["misnomer"], strict=True)
    )
    used = {choice.card.name: choice.card.licence for choice in found.values()}
    limited = sorted(
        f"`{name}` is {licence}" for name, licence in used.items() if "non-" in licence
    )
    return _MODELS.format(
        count=len(cards()),
        vram="".join(_vram(gib, task, choice) for (gib, task), choice in found.items()),
        licences=", ".join(limited),
        guide="".join(guided),
        misnomers="".join(wrong).rstrip(),
    )


def _vram(gib: int, task: str, choice: Choice) -> str:
    load, total = choice.load, -(-choice.need.total // (1 << 20))
    tag = choice.card.tag(load.quantization)
    return f"| {gib} | {task} | `{tag}` | {load.context:,} | {load.cache} | {total:,} |\n"


def report_schema() -> str:
    return json.dumps(ReportDocument.model_json_schema(), indent=2) + "\n"


def sweep_schema() -> str:
    return json.dumps(SweepDocument.model_json_schema(), indent=2) + "\n"


PAGES = {
    "commands.md": commands,
    "configuration.md": configuration,
    "man/reviewbot.1": runpy.run_path(str(DOCS / "man_page.py"))["man_page"],
    "models.md": models,
    "report.schema.json": report_schema,
    "sweep.schema.json": sweep_schema,
}


def main() -> None:
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
