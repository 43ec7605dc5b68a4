"""Settings: what a key is called, who may set it, and which source wins.

    flag  >  REVIEWBOT_<KEY>  >  the repository's file  >  the user's file  >  default

The repository is not trusted: its file may say how a review is done, never where code is sent
or what is run. A key that decides that is `trusted` below, and an error in the repository's file.
This is the only module that reads the environment for settings.
"""

from __future__ import annotations

import os.path
import reprlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from reviewbot.errors import ConfigError, nearest
from reviewbot.finding import Gate
from reviewbot.plain import plain_line
from reviewbot.prompt import Think

EffortName = Literal["auto", "plain", "fast", "balanced"]
EngineName = Literal["auto", "ollama", "openai", "embedded", "scripted"]
FormatName = Literal["text", "json"]
# The type of a value in the KV cache, in llama.cpp's and Ollama's words.
CacheType = Literal["f16", "q8_0", "q4_0"]
LinterMode = Literal["auto", "on", "off"]

PREFIX = "REVIEWBOT_"
# Variables with our prefix that are no settings: the key that is sent to an engine, which stands
# in no file, and two that only the project's own tests read.
_NOT_SETTINGS = frozenset({"API_KEY", "REQUIRE", "TEST_OLLAMA"})
_MOST = 1_000_000_000
# Keys whose value is a file that changes what a model says.
_PATHS = frozenset({"system_prompt", "lora"})


def _key(help_text: str, default: Any, *, trusted: bool, least: int | None = None) -> Any:
    """A number must be more than 0, or at least `least` where that is said."""
    return field(default=default, metadata={"help": help_text, "trusted": trusted, "least": least})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    engine: EngineName = _key("Which engine answers the prompts.", "auto", trusted=True)
    model: str | None = _key(
        "The model: an Ollama tag; for `openai` one of the server's; for `embedded` a catalogue"
        " name, the path of a GGUF file, or `owner/repo:Q4_K_M` of Hugging Face after `reviewbot"
        " models pull`; for `scripted` a JSON-lines file.",
        None,
        trusted=True,
    )
    url: str | None = _key(
        "Address of the engine's server; for `openai` with or without `/v1`.", None, trusted=True
    )
    window: int | None = _key(
        "Context window in tokens: of `embedded` (default: 4,096 and the thought) and of `ollama`"
        " (default: 8,192 and the thought, or a longer one that is in memory), never more than the"
        " model was trained with; or of an `openai` server that does not tell its own: of two that"
        " are known the smaller holds.",
        None,
        trusted=True,
    )
    think: Think | None = _key(
        "How long a thinking model may think before it answers: `off`, `low`, `medium` or `high`"
        " (1,024, 2,048 and 6,144 tokens); none: as its family does best.",
        None,
        trusted=False,
    )
    temperature: float | None = _key(
        "Temperature in place of the one that the model's family is asked with.",
        None,
        trusted=False,
        least=0,
    )
    seed: int | None = _key("Seed of the sampling (default: 0).", None, trusted=False, least=0)
    system_prompt: str | None = _key(
        "File with a system prompt to ask with in place of reviewbot's own (see docs/prompts.md);"
        " in a file of settings relative to that file.",
        None,
        trusted=True,
    )
    effort: EffortName = _key(
        "How much is asked about each chunk. `plain`: one open question. `fast`: the model compares"
        " the old and the new code of an edit, and is asked about it only where it has doubts."
        " `balanced`: both. `auto`: `fast` for models of up to 4 billion parameters, else"
        " `balanced`.",
        "auto",
        trusted=False,
    )
    slots: int | None = _key(
        "Prompts that the engine answers at the same time (default: as many as it tells of, or"
        " is seen to answer; for `embedded` 1).",
        None,
        trusted=True,
    )
    gpu_layers: int | None = _key(
        "Layers of the model that the `embedded` engine puts on the GPU; none: all that fit, where"
        " the installed build of xllamacpp has a GPU.",
        None,
        trusted=True,
        least=0,
    )
    cache_type: CacheType = _key(
        "Type of the `embedded` engine's KV cache: `f16`, or `q8_0` and `q4_0`, which take about a"
        " half and a quarter of its memory.",
        "f16",
        trusted=True,
    )
    lora: str | None = _key(
        "LoRA adapter for the `embedded` engine: the path of a GGUF file, or `PATH=SCALE`; in a"
        " file of settings relative to that file.",
        None,
        trusted=True,
    )
    allow_hosts: tuple[str, ...] = _key(
        "Hosts beside this machine that code may be sent to.", (), trusted=True
    )
    allow_plaintext: bool = _key(
        "Let plain http carry code to an allowed host.", False, trusted=True
    )
    models_dir: str | None = _key(
        "Folder of the embedded engine's weights (default: the user's data folder).",
        None,
        trusted=True,
    )
    cache_dir: str | None = _key(
        "Folder of what is learnt of models and kept for the next run (default: the user's cache"
        " folder).",
        None,
        trusted=True,
    )
    timeout: float = _key(
        "Seconds without a byte after which an engine is given up.", 300.0, trusted=True
    )
    format: FormatName = _key("Format of the report on standard output.", "text", trusted=False)
    fail_on: Gate = _key(
        "Lowest severity that makes the exit code 1 (and so blocks a commit).",
        "never",
        trusted=False,
    )
    strict: bool = _key(
        "In a hook: let an incomplete review block, too (exit code 3).", False, trusted=False
    )
    min_confidence: float = _key(
        "Confidence from 0 to 1 below which a finding is muted: the JSON report alone holds it.",
        0.5,
        trusted=False,
        least=0,
    )
    linters: LinterMode = _key(
        "Whether linters are heard: `auto` (those that are installed, except where the project runs"
        " them itself), `on` (all; one that is missing is an error) or `off`.",
        "auto",
        trusted=False,
    )
    max_chunks: int | None = _key(
        "Ask about this many chunks at the most; the rest is reported as not reviewed.",
        None,
        trusted=False,
    )
    deadline: float | None = _key(
        "Seconds after which the review stops; the rest is reported as not reviewed.",
        None,
        trusted=False,
    )
    # From the environment alone, and no keys: what is sent to the engine, and where the user's
    # own Ollama tools look for their server.
    api_key: str | None = field(default=None, repr=False)
    ollama_host: str | None = None
    # No key either: where templates of the user's stand, if they are to be read.
    prompts_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that may hold settings. `table` is where in it they stand; the repository's own
    file is not trusted."""

    path: Path
    trusted: bool
    table: tuple[str, ...] = ()


def config_files(top: Path | None, named: Path | None, *, ignored: bool) -> tuple[ConfigFile, ...]:
    """The files to read, the weakest first. `named` is `--config FILE`: it stands in for both
    of the others and is the user's own word, so it is trusted."""
    if ignored:
        return ()
    if named is not None:
        if not named.is_file():
            raise ConfigError(f"no such config file: {named}", "check the path after --config")
        return (ConfigFile(named, trusted=True),)
    found = [ConfigFile(user_config_path(), trusted=True)]
    if top is not None:
        own = ConfigFile(top / ".reviewbot.toml", trusted=False)
        shared = ConfigFile(top / "pyproject.toml", trusted=False, table=("tool", "reviewbot"))
        # The nearest file wins whole, as with ruff: two files that each say half are a puzzle.
        found.append(own if own.path.is_file() else shared)
    return tuple(file for file in found if file.path.is_file())


def user_config_path() -> Path:
    from platformdirs import user_config_path as folder

    return folder("reviewbot") / "config.toml"


def user_prompts_folder() -> Path:
    return user_config_path().parent / "prompts"


def load(
    flags: Mapping[str, Any], environ: Mapping[str, str], files: tuple[ConfigFile, ...]
) -> Settings:
    """The settings that hold now. A flag that was not given is None in `flags`.

    Raises ConfigError for a key that is unknown, of a wrong type, or not the source's to set.
    """
    values: dict[str, Any] = {}
    for file in files:
        values |= _from_file(file)
    values |= _from_environment(environ)
    for key, value in flags.items():
        if value is not None:
            values[key] = _checked(key, value, f"--{key.replace('_', '-')}")
    return Settings(
        **values,
        api_key=_api_key(environ.get(f"{PREFIX}API_KEY", "")),
        ollama_host=environ.get("OLLAMA_HOST") or None,
    )


def _from_file(file: ConfigFile) -> dict[str, Any]:
    try:
        table: Any = tomllib.loads(file.path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # what a hostile file can raise
        raise ConfigError(f"cannot read {file.path}: {error}") from None
    for name in file.table:
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{file.path}: [{'.'.join(file.table)}] is not a table")
    for key in table:
        if key in _known() and _known()[key]["trusted"] and not file.trusted:
            raise ConfigError(
                f"{file.path}: `{key}` is not the repository's to set",
                f"move it to {user_config_path()}, or pass --{key.replace('_', '-')}",
            )
    values = {key: _checked(key, value, str(file.path)) for key, value in table.items()}
    for key in (key for key in _PATHS if values.get(key)):
        # Relative to the working directory, it would be a file of the repository's.
        values[key] = os.path.join(file.path.parent, os.path.expanduser(values[key]))  # noqa: PTH111, PTH118  (these never raise)
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, text in environ.items():
        suffix = name.removeprefix(PREFIX)
        if suffix != name and suffix not in _NOT_SETTINGS:
            values[suffix.lower()] = _checked(suffix.lower(), text, name, from_text=True)
    for key in sorted(_PATHS & values.keys()):
        if not Path(values[key]).is_absolute():
            raise ConfigError(
                f"{PREFIX}{key.upper()}: {plain_line(values[key])!r} is not an absolute path, and"
                " would name a file of the repository's",
                "write it from / on",
            )
    return values


def _known() -> dict[str, Mapping[str, Any]]:
    return {item.name: item.metadata for item in fields(Settings) if item.metadata}


def _checked(key: str, value: Any, source: str, *, from_text: bool = False) -> Any:
    """The value in the key's type. Text from the environment is converted; a value from a file
    or a flag must have the type already."""
    if key not in _known():
        raise ConfigError(f"{source}: unknown key `{plain_line(key)}`; {nearest(key, _known())}")
    from pydantic import TypeAdapter, ValidationError

    wanted = get_type_hints(Settings)[key]
    if key == "allow_hosts":
        value = _hosts(value)
    try:
        checked = TypeAdapter(wanted).validate_python(value, strict=not from_text)
    except ValidationError as error:
        hint = nearest(value, get_args(wanted)) if _is_choice(wanted, value) else ""
        problem = hint or error.errors()[0]["msg"].lower()
        raise ConfigError(f"{source}: `{key}` cannot be {_shown(value)}: {problem}") from None
    if isinstance(checked, int | float) and not isinstance(checked, bool):
        least = _known()[key]["least"]
        if not (checked > 0 if least is None else checked >= least):
            bound = "more than 0" if least is None else f"at least {least}"
            raise ConfigError(f"{source}: `{key}` cannot be {_shown(value)}: it must be {bound}")
        if checked > _MOST:  # a socket takes no longer time-out
            raise ConfigError(f"{source}: `{key}` cannot be {_shown(value)}: {_MOST} is the most")
    return checked


def _api_key(text: str) -> str | None:
    """The key, without the line break at the end of the file that it came from. A character that
    no header can hold would put the key into the error message."""
    key = text.strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"{PREFIX}API_KEY holds a character that cannot be sent")
    return key or None


def _shown(value: Any) -> str:
    """A value of the repository's in one short, harmless line."""
    try:
        return plain_line(reprlib.repr(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, a table in a table …
        return "that"


def _hosts(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return tuple(value) if isinstance(value, list) else value


def _is_choice(wanted: Any, value: Any) -> bool:
    choices = get_args(wanted)
    return isinstance(value, str) and bool(choices) and all(isinstance(c, str) for c in choices)
