"""The two files of settings: the repository's, which says how is reviewed, and the user's, which
says by whom. Neither is touched where it is there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from reviewbot.config import REPOSITORY_FILES, ConfigFile
from reviewbot.setup.engine import Answering, Nothing
from reviewbot.setup.files import Verdict, once, read
from reviewbot.setup.settings_text import not_named, settings_text, toml_line

_REPOSITORY = """\
Settings of reviewbot for this repository, written by `reviewbot init`.
Everything stands at its default: take away a # to change it. A flag and a variable REVIEWBOT_<KEY> win over this file. Which engine and model answer is the user's to say, and an error here."""  # noqa: E501
_USER = """\
Settings of reviewbot for this user, written by `reviewbot init`.
What is commented out stands at its default. The keys of a repository's .reviewbot.toml may stand here, too, and hold where it says nothing."""  # noqa: E501


def repository_verdict(top: Path, files: Iterable[ConfigFile]) -> Verdict:
    """`.reviewbot.toml`; beside settings in `pyproject.toml` it would win over all of them."""
    path = top / next(iter(REPOSITORY_FILES))
    text = settings_text(_REPOSITORY, trusted=False)
    own = [file for file in files if not file.trusted and _table(file)]
    if own and own[0].path != path:
        told = f"its settings stand in {own[0].path.name}, and stay there"
        return Verdict("left", path, told, text)
    verdict = once(path, text, "the settings of this repository, explained", top)
    if verdict.state == "left":
        return _left(verdict, not_named(read(path) or "", trusted=False))
    return verdict


def user_verdict(path: Path, found: Answering | Nothing, files: Iterable[ConfigFile]) -> Verdict:
    chosen = _chosen(found)
    told = "the settings of this user, explained" + "".join(
        f"; {toml_line(key, value)}" for key, value in chosen.items()
    )
    text = settings_text(_USER, trusted=True, chosen=chosen)
    verdict = once(path, text, told, None)
    own = [file for file in files if file.trusted]
    if verdict.state == "left" and own:
        there = _table(own[0])
        missing = [toml_line(key, value) for key, value in chosen.items() if key not in there]
        if missing:
            told = f"{verdict.told}; to keep to this model, add: {', '.join(missing)}"
            return replace(verdict, told=told)
        return _left(verdict, not_named(read(path) or "", trusted=True))
    return verdict


def _chosen(found: Answering | Nothing) -> dict[str, Any]:
    """A server's model, since editors share it. The embedded engine is what `auto` falls back to,
    and must not outlast the moment in which no server was there."""
    if isinstance(found, Nothing) or found.url is None:
        return {}
    said = {"engine": found.engine, "model": found.model}
    return said | ({"url": found.url} if found.engine == "openai" else {})


def _left(verdict: Verdict, absent: Iterable[str]) -> Verdict:
    names = ", ".join(absent)
    return replace(verdict, told=f"{verdict.told}; not in it: {names}") if names else verdict


def _table(file: ConfigFile) -> dict[str, Any]:
    """What the settings were read from a moment ago, so it is TOML."""
    table: Any = tomllib.loads(file.path.read_text(encoding="utf-8"))
    for name in file.table:
        table = table.get(name, {})
    return dict(table)
