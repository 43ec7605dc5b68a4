"""Where settings come from, and which source wins:

    flag  >  REVIEWBOT_<KEY>  >  the repository's file  >  the user's file  >  default

This is the only module that reads the environment for settings.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from reviewbot.config_value import checked_value, in_a_line, known_keys, shown
from reviewbot.errors import ConfigError
from reviewbot.folders import user_folder
from reviewbot.keys import PREFIX, VARIABLES, with_keys
from reviewbot.settings import Settings

# Variables with our prefix that are no settings: keys, the one that skips a hook (`__main__.py`),
# and two that only the project's own tests read.
_OTHERS = (f"{PREFIX}SKIP", f"{PREFIX}REQUIRE", f"{PREFIX}TEST_OLLAMA", f"{PREFIX}TEST_REDIS")
_NOT_SETTINGS = frozenset({*VARIABLES, *_OTHERS})
# Tables of the user's file that are about no review; each is read by the command that it is for.
_TABLES = frozenset({"costs"})
# Keys whose value is a file that changes what a model says, or what is told or kept of it.
_PATHS = frozenset({"system_prompt", "lora", "baseline", "cache_key_file"})


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
            values[key] = checked_value(key, value, f"--{key.replace('_', '-')}")
    return with_keys(Settings(**values, ollama_host=environ.get("OLLAMA_HOST") or None), environ)


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
        trusted = key in _TABLES or (key in known_keys() and known_keys()[key]["trusted"])
        if trusted and not file.trusted:
            remedy = "" if key in _TABLES else f", or pass --{key.replace('_', '-')}"
            raise ConfigError(
                f"{file.path}: `{key}` is not the repository's to set",
                f"move it to {user_config_path()}{remedy}",
            )
    values = {
        key: checked_value(key, value, str(file.path))
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
            f"{file.path}: `{key}` cannot be {shown(value)}: a repository names a file of its own",
            "write it as a path from the top of the repository",
        )
    return str(path)


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, text in environ.items():
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS:
            key = name.removeprefix(PREFIX).lower()
            values[key] = checked_value(key, text, name, from_text=True)
    for key in sorted(_PATHS & values.keys()):
        if not Path(values[key]).is_absolute():
            raise ConfigError(
                f"{PREFIX}{key.upper()}: {in_a_line(values[key])!r} is not an absolute path, and"
                " would name a file of the repository's",
                "write it from / on",
            )
    return values
