"""A team's rules for assistants that read rules as Markdown with YAML before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from reviewbot.change.rules.rule import Rule
from reviewbot.change.syntax.language import LANGUAGES

PREFIX = "reviewbot-"
# To these globs a bracket begins a group, to ours it is one.
_GROUPS = re.compile(r"([()|])")


def file_name(rule: Rule) -> str:
    return f"{PREFIX}{rule.name}.md"


def document(front: Mapping[str, object], rule: Rule) -> str:
    """JSON's texts and lists are YAML's."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in front.items()]
    source = f"# from .reviewbot/rules/{rule.name}.md\n"
    return f"---\n{source}{''.join(lines)}---\n\n{_severity(rule)}{rule.text}\n"


def globs_of(rule: Rule, *, anywhere: bool) -> list[str]:
    """The files that a rule is about, by the globs of minimatch and picomatch; empty: all files.
    `anywhere` for a tool that holds them against whole paths of the disk."""
    own = [_glob(glob, anywhere=anywhere) for glob in rule.globs]
    return own or [f"**/*{suffix}" for suffix in _suffixes(rule.languages)]


def _glob(glob: str, *, anywhere: bool) -> str:
    """Ours without a slash are about names in any folder, with one at the end about all below."""
    text = _GROUPS.sub(r"\\\1", glob)
    if text.endswith("/"):
        text += "**"
    is_name = "/" not in glob
    text = text.removeprefix("/")
    return f"**/{text}" if is_name or (anywhere and not text.startswith("**/")) else text


def _suffixes(languages: Iterable[str]) -> Sequence[str]:
    return [suffix for name in languages for suffix in LANGUAGES[name].split()]


def _severity(rule: Rule) -> str:
    about = f", only in {', '.join(rule.languages)}" if rule.languages and rule.globs else ""
    return f"Rule of this team ({rule.severity}{about}): "
