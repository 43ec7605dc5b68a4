"""Where settings come from, and which source wins:

    flag  >  REVIEWBOT_<KEY>  >  the repository's file  >  the user's file  >  default

This is the only module that reads the environment for settings.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path, PurePosixPath
from types import NoneType
from typing import Any, get_args, get_type_hints

from reviewbot.errors import ConfigError, nearest
from reviewbot.folders import user_folder
from reviewbot.settings import Settings

PREFIX = "REVIEWBOT_"
# Variables with our prefix that are no settings: the keys of an engine, a shared cache and code
# hosts, which stand in no file of settings, the one that skips a hook (`__main__.py`), and two that
# only the project's own tests read.
_NOT_SETTINGS = frozenset(
    {"API_KEY", "CACHE_KEY", "CACHE_PASSWORD", "GITHUB_TOKEN", "GITLAB_TOKEN"}
    | {"REQUIRE", "SKIP", "TEST_OLLAMA"}
)
_MOST = 1_000_000_000
# Tables of the user's file that are about no review; each is read by the command that it is for.
_TABLES = frozenset({"costs"})
# Keys whose value is a file that changes what a model says, or what is told or kept of it.
_PATHS = frozenset({"system_prompt", "lora", "baseline", "cache_key_file"})
_CACHES = ("rediss://", "redis://", "unix://")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that may hold settings. `table` is where in it they stand; the repository's own
    file is not trusted. `content` is what a commit has under that name; None: read the disk."""

    path: Path
    trusted: bool
    table: tuple[str, ...] = ()
    content: bytes | None = None


# Where a repository's settings may stand, the nearest first, and in which table.
REPOSITORY_FILES: Mapping[str, tuple[str, ...]] = {
    ".reviewbot.toml": (),
    "pyproject.toml": ("tool", "reviewbot"),
}


@dataclass(frozen=True, slots=True)
class Committed:
    """Those of `REPOSITORY_FILES` that a commit has, by name."""

    commit: str
    contents: Mapping[str, bytes]


def config_files(
    repository: Path | Committed | None, named: Path | None, *, ignored: bool
) -> tuple[ConfigFile, ...]:
    """The files to read, the weakest first: the user's, and the repository's from its working
    tree or a commit. `named` is `--config FILE`: it stands in for both of them and is the user's
    own word, so it is trusted."""
    if ignored:
        return ()
    if named is not None:
        if not named.is_file():
            raise ConfigError(f"no such config file: {named}", "check the path after --config")
        return (ConfigFile(named, trusted=True),)
    users = ConfigFile(user_config_path(), trusted=True)
    own = _committed(repository) if isinstance(repository, Committed) else _on_disk(repository)
    # The nearest file wins whole, as with ruff: two files that each say half are a puzzle.
    return (*((users,) if users.path.is_file() else ()), *own[:1])


def _on_disk(top: Path | None) -> list[ConfigFile]:
    files = [] if top is None else [(top / name, name) for name in REPOSITORY_FILES]
    return [
        ConfigFile(path, trusted=False, table=REPOSITORY_FILES[name])
        for path, name in files
        if path.is_file()
    ]


def _committed(found: Committed) -> list[ConfigFile]:
    return [
        ConfigFile(Path(f"{found.commit[:12]}:{name}"), False, table, found.contents[name])
        for name, table in REPOSITORY_FILES.items()
        if name in found.contents
    ]


def user_config_path() -> Path:
    return user_folder("config") / "config.toml"


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
        api_key=_secret("API_KEY", environ),
        cache_key=_secret("CACHE_KEY", environ),
        cache_password=_secret("CACHE_PASSWORD", environ),
        ollama_host=environ.get("OLLAMA_HOST") or None,
    )


def user_table(name: str, files: tuple[ConfigFile, ...]) -> tuple[dict[str, Any], str]:
    """A table of the user's file that is about no review, unchecked, and the name of the file.
    Raises ConfigError."""
    for file in (file for file in files if file.trusted):
        table = _table(file).get(name, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{file.path}: `{name}` is not a table")
        return table, str(file.path)
    return {}, str(user_config_path())


def _from_file(file: ConfigFile) -> dict[str, Any]:
    table = _table(file)
    for key in table:
        trusted = key in _TABLES or (key in _known() and _known()[key]["trusted"])
        if trusted and not file.trusted:
            remedy = "" if key in _TABLES else f", or pass --{key.replace('_', '-')}"
            raise ConfigError(
                f"{file.path}: `{key}` is not the repository's to set",
                f"move it to {user_config_path()}{remedy}",
            )
    values = {
        key: _checked(key, value, str(file.path))
        for key, value in table.items()
        if key not in _TABLES
    }
    for key in (key for key in _PATHS if values.get(key)):
        values[key] = _path(file, key, values[key])
    return values


def _table(file: ConfigFile) -> dict[str, Any]:
    """Where in a file the settings stand. Raises ConfigError."""
    import tomllib

    try:
        content = file.path.read_bytes() if file.content is None else file.content
        table: Any = tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # what a hostile file can raise
        raise ConfigError(
            f"cannot read {file.path}: {error}", "mend that file, or go without: --no-config"
        ) from None
    for name in file.table:
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise ConfigError(
                f"{file.path}: [{'.'.join(file.table)}] is not a table",
                "write its keys below that name in brackets",
            )
    found: dict[str, Any] = table
    return found


def _path(file: ConfigFile, key: str, value: str) -> str:
    """The path of a file that a setting names: absolute where the user says so. In the
    repository's file it stays relative, and is read from git."""
    if file.trusted:
        # Relative to the working directory, it would be a file of the repository's.
        return os.path.join(file.path.parent, os.path.expanduser(value))  # noqa: PTH111, PTH118  (these never raise)
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or not path.parts or not value.isprintable():
        raise ConfigError(
            f"{file.path}: `{key}` cannot be {_shown(value)}: a repository names a file of its own",
            "write it as a path from the top of the repository",
        )
    return str(path)


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, text in environ.items():
        suffix = name.removeprefix(PREFIX)
        if suffix != name and suffix not in _NOT_SETTINGS:
            values[suffix.lower()] = _checked(suffix.lower(), text, name, from_text=True)
    for key in sorted(_PATHS & values.keys()):
        if not Path(values[key]).is_absolute():
            raise ConfigError(
                f"{PREFIX}{key.upper()}: {_line(values[key])!r} is not an absolute path, and"
                " would name a file of the repository's",
                "write it from / on",
            )
    return values


@cache
def _known() -> dict[str, Mapping[str, Any]]:
    return {item.name: item.metadata for item in fields(Settings) if item.metadata}


@cache
def types_of_keys() -> dict[str, Any]:
    from reviewbot.finding import Gate
    from reviewbot.prompt import Think

    return get_type_hints(Settings, localns={"Gate": Gate, "Think": Think})


def _checked(key: str, value: Any, source: str, *, from_text: bool = False) -> Any:
    """The value in the key's type. Text from the environment is converted; a value from a file
    or a flag must have the type already."""
    if key not in _known():
        raise ConfigError(f"{source}: unknown key `{_line(key)}`; {nearest(key, _known())}")
    wanted = types_of_keys()[key]
    _check_cache(key, value, source)
    if _is_plainly(wanted, value):
        return value
    checked = _plain_number(wanted, value, from_text=from_text)
    if checked is None:
        checked = _validated(key, value, source, from_text=from_text)
    if isinstance(checked, int | float) and not isinstance(checked, bool):
        _check_bounds(key, checked, source, value)
    return checked


def _validated(key: str, value: Any, source: str, *, from_text: bool) -> Any:
    from pydantic import TypeAdapter, ValidationError

    wanted = types_of_keys()[key]
    if key == "allow_hosts":
        value = _hosts(value)
    try:
        return TypeAdapter(wanted).validate_python(value, strict=not from_text)
    except ValidationError as error:
        hint = nearest(value, get_args(wanted)) if _is_choice(wanted, value) else ""
        problem = hint or error.errors()[0]["msg"].lower()
        raise ConfigError(f"{source}: `{key}` cannot be {_shown(value)}: {problem}") from None


def _check_bounds(key: str, checked: float, source: str, value: Any) -> None:
    least = _known()[key]["least"]
    if not (checked > 0 if least is None else checked >= least):
        bound = "more than 0" if least is None else f"at least {least}"
        raise ConfigError(f"{source}: `{key}` cannot be {_shown(value)}: it must be {bound}")
    if checked > _MOST:  # a socket takes no longer time-out
        raise ConfigError(f"{source}: `{key}` cannot be {_shown(value)}: {_MOST} is the most")


def _is_plainly(wanted: Any, value: Any) -> bool:
    """Whether a word needs no check by pydantic, whose import costs more than all of a commit with
    nothing staged."""
    choices = get_args(wanted)
    takes_any = {str, NoneType} == set(choices)
    takes_any = takes_any or wanted is str
    return isinstance(value, str) and value.isascii() and (takes_any or value in choices)


def _plain_number(wanted: Any, value: Any, *, from_text: bool) -> float | None:
    """The value as the key's number, where it plainly is one; else pydantic says what it is."""
    kinds = {wanted, *get_args(wanted)} & {int, float}
    if not kinds:
        return None
    if from_text and isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        value = float(value) if "." in value else int(value)
    if type(value) not in (int, float) or abs(value) > _MOST:
        return None
    if float in kinds:
        return float(value)
    return value if type(value) is int else None


def _check_cache(key: str, value: Any, source: str) -> None:
    """What is wrong with an address is said by who opens it. Raises ConfigError."""
    if key != "cache" or value in ("on", "off"):
        return
    if not (isinstance(value, str) and value.startswith(_CACHES)):
        # An address that is none may hold a password.
        shown = "that" if isinstance(value, str) and "@" in value else _shown(value)
        raise ConfigError(f"{source}: `cache` cannot be {shown}: on, off or rediss://HOST:PORT")


def _secret(name: str, environ: Mapping[str, str]) -> str | None:
    """A key, without the line break at the end of the file that it came from. A character that
    no header can hold would put the key into the error message."""
    key = environ.get(f"{PREFIX}{name}", "").strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(
            f"{PREFIX}{name} holds a character that cannot be sent",
            "set it anew, without line ends and other signs around it",
        )
    return key or None


def _shown(value: Any) -> str:
    """A value of the repository's in one short, harmless line."""
    import reprlib

    try:
        return _line(reprlib.repr(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, a table in a table …
        return "that"


def _line(text: str) -> str:
    """Imported late: it is needed by what is wrong alone."""
    from reviewbot.plain import plain_line

    return plain_line(text)


def _hosts(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return tuple(value) if isinstance(value, list) else value


def _is_choice(wanted: Any, value: Any) -> bool:
    choices = get_args(wanted)
    return isinstance(value, str) and bool(choices) and all(isinstance(c, str) for c in choices)
