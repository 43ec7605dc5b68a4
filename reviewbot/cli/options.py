"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from reviewbot.cli.completing import files, models, words_of
from reviewbot.config import Committed, config_files, load, user_prompts_folder
from reviewbot.errors import UsageError
from reviewbot.settings import Settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_SETTINGS: tuple[Decorator, ...] = (
    click.option(
        "--engine",
        metavar="NAME",
        shell_complete=words_of("engine"),
        help="auto, ollama, openai, embedded or scripted.",
    ),
    click.option(
        "--model",
        metavar="MODEL",
        shell_complete=models,
        help="An Ollama tag; for embedded a catalogue name, a GGUF file or owner/repo:Q4_K_M.",
    ),
    click.option("--url", metavar="URL", help="Address of the engine's server."),
    click.option(
        "--window",
        type=int,
        metavar="TOKENS",
        help="Context window of embedded or ollama, or of an openai server that tells none.",
    ),
    click.option(
        "--effort",
        metavar="NAME",
        shell_complete=words_of("effort"),
        help="How much is asked: auto, plain, fast, balanced or thorough.",
    ),
    click.option(
        "--min-confidence",
        type=float,
        metavar="P",
        help="Mute findings of a lower confidence than P, from 0 to 1.",
    ),
    click.option(
        "--think",
        metavar="LEVEL",
        shell_complete=words_of("think"),
        help="Let a thinking model think: off, low, medium or high.",
    ),
    click.option(
        "--temperature", type=float, metavar="T", help="Temperature in place of the family's own."
    ),
    click.option("--seed", type=int, metavar="N", help="Seed of the sampling."),
    click.option(
        "--system-prompt",
        metavar="FILE",
        shell_complete=files,
        help="Ask with this system prompt (docs/prompts.md).",
    ),
    click.option(
        "--language",
        metavar="CODE",
        shell_complete=words_of("language"),
        help="Write findings and explanations in ja, zh, ko, de, ….",
    ),
    click.option(
        "--slots", type=int, metavar="N", help="Prompts that the engine answers at the same time."
    ),
    click.option(
        "--gpu-layers",
        type=int,
        metavar="N",
        help="Layers that the embedded engine puts on the GPU (default: all that fit).",
    ),
    click.option(
        "--cache-type",
        metavar="TYPE",
        shell_complete=words_of("cache_type"),
        help="Type of the embedded engine's KV cache: f16, q8_0 or q4_0.",
    ),
    click.option(
        "--lora",
        metavar="PATH[=SCALE]",
        shell_complete=files,
        help="LoRA adapter (GGUF) that the embedded engine adds to the model.",
    ),
    click.option(
        "--allow-host",
        "allow_hosts",
        metavar="HOST",
        multiple=True,
        help="Allow code to be sent to this host (repeatable).",
    ),
    click.option(
        "--allow-plaintext",
        is_flag=True,
        default=None,
        help="Allow plain http to an allowed host.",
    ),
    click.option(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help="Give the engine up after this long without a byte.",
    ),
    click.option(
        "--fail-on",
        metavar="SEVERITY",
        shell_complete=words_of("fail_on"),
        help="Exit with 1 from this severity on: never, note, warning or error.",
    ),
    click.option(
        "--linters",
        metavar="WHEN",
        shell_complete=words_of("linters"),
        help="Hear linters: auto (where the project does not run them itself), on or off.",
    ),
    click.option("--max-chunks", type=int, metavar="N", help="Ask about N chunks at the most."),
    click.option(
        "--deadline", type=float, metavar="SECONDS", help="Stop asking after this many seconds."
    ),
    click.option(
        "--no-cache",
        "cache",
        flag_value="off",
        default=None,
        help="Ask anew what was answered before, and keep no answer.",
    ),
    click.option(
        "--strict",
        is_flag=True,
        default=None,
        help="In a hook: an incomplete review blocks, too.",
    ),
)
_FILES: tuple[Decorator, ...] = (
    click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Read this file in place of the repository's and the user's.",
    ),
    click.option("--no-config", is_flag=True, help="Read no configuration file."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour the text report.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="No progress; no text when all is well."),
    click.option(
        "--show-thinking",
        is_flag=True,
        help="Print what a thinking model thought, on standard error.",
    ),
    click.option("-v", "--verbose", is_flag=True, help="Say what is done, on standard error."),
)
_BASELINE = click.option(
    "--baseline",
    metavar="FILE",
    shell_complete=files,
    help="Mute what this JSON report or baseline file knows (docs/muting.md).",
)
_FLAGS = (
    *("engine", "model", "url", "window", "effort", "think", "temperature", "seed"),
    *("language", "system_prompt", "slots", "gpu_layers", "cache_type", "lora", "cache"),
    *("allow_hosts", "allow_plaintext", "timeout"),
    *("format", "fail_on", "linters", "min_confidence", "max_chunks", "deadline", "strict"),
    "baseline",
)


def baseline_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option of the commands that tell findings."""
    return _BASELINE(command)


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that reviews."""
    for option in reversed(_SETTINGS + _FILES):
        command = option(command)
    return command


def settings_of(options: Mapping[str, Any], repository: Path | Committed | None) -> Settings:
    """The settings that a command's options, the environment and the files lead to: those of the
    user, and of the repository as its working tree or a commit has them. A command may lack any
    of the options."""
    flags = {name: options.get(name) for name in _FLAGS}
    flags["allow_hosts"] = flags["allow_hosts"] or None
    named, ignored = options.get("config_file"), options.get("no_config", False)
    flags["baseline"] = _absolute(flags["baseline"])
    files = config_files(repository, named, ignored=ignored)
    settings = load(flags, os.environ, files)
    own = user_prompts_folder() if named is None and not ignored else None
    return replace(settings, prompts_folder=own)


def _absolute(file: str | None) -> str | None:
    """A relative path in the settings would be one of the repository's."""
    if file == "":  # `--baseline "$UNSET"` in a script must not mute nothing
        raise UsageError("--baseline has an empty value", "name a file, or leave the option out")
    return None if file is None else str(Path.cwd() / file)


@dataclass(frozen=True, slots=True)
class Verbosity:
    """What is said on standard error beside errors."""

    quiet: bool
    verbose: bool
    thoughts: bool


def verbosity_of(options: dict[str, Any]) -> Verbosity:
    return Verbosity(options["quiet"], options["verbose"], options["show_thinking"])


def use_color(choice: str) -> bool:
    """Whether standard output gets colours. https://no-color.org: any value but the empty one
    says no."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    is_terminal = sys.stdout is not None and sys.stdout.isatty()  # `>&-` leaves none
    return is_terminal or bool(os.environ.get("FORCE_COLOR"))
