"""Cline: the team's rules, a workflow that reviews, and the settings to enter.

Rules and workflows are files of the repository (docs.cline.bot, Rules; its source of August 2026,
4.1.13). Provider and model Cline keeps in stores of its own, which are no place for others to
write: they are said.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reviewbot.change.rules.rule import Rule
from reviewbot.setup.engine import Answering, Nothing
from reviewbot.setup.files import Verdict, kept_up, outlived
from reviewbot.setup.sealed import sealed
from reviewbot.setup.team_rules import PREFIX, document, file_name, globs_of

# What Cline asks of Ollama where nothing is entered.
_USUAL_WINDOW = 32768
_WORKFLOW = """\
---
name: "reviewbot"
---

# Review the staged change

1. Run `git diff --cached --stat`. If nothing is staged, ask which files to stage, and stop.
2. Run `reviewbot review --color never`. It reviews with a model on this machine. Exit code 3 means
   that something was not reviewed: repeat the line that says what.
3. Go through the findings, the errors first. Read the code around each line and say whether the
   finding holds, and why. The reviewer is often wrong: change nothing that you cannot explain.
4. For each one that holds propose the smallest change. Edit only after a yes, stage the edit, and
   begin again at 2 until nothing new is found.
"""


def verdicts(top: Path, rules: Iterable[Rule]) -> tuple[Verdict, ...]:
    place = top / ".clinerules"
    texts = {place / file_name(rule): rule_text(rule) for rule in rules}
    own = [kept_up(path, text, "the team's rule, for Cline", top) for path, text in texts.items()]
    workflow = place / "workflows" / "reviewbot.md"
    told = "the workflow /reviewbot, for Cline"
    made = kept_up(workflow, sealed(_WORKFLOW), told, top)
    return (*own, *outlived(place, set(texts), PREFIX, top), made)


def rule_text(rule: Rule) -> str:
    """Cline holds `paths` against paths from the workspace's top. Its reader of YAML takes no front
    matter without a key, so a rule for all files has its name there."""
    globs = globs_of(rule, anywhere=False)
    front: dict[str, object] = {"name": f"reviewbot: {rule.name}"}
    return sealed(document(front | ({"paths": globs} if globs else {}), rule))


def settings(found: Answering | Nothing) -> tuple[str, ...]:
    """What to enter in Cline, by the names of its fields."""
    if isinstance(found, Nothing):
        return ("no model answers here yet: say init again when one does",)
    if found.url is None:
        return ("the embedded engine is no server that Cline could ask: take Ollama",)
    window = max(found.window, _USUAL_WINDOW)
    url = found.url.rstrip("/")
    if found.engine == "ollama":
        base: tuple[str, ...] = ("API Provider: Ollama", f"Use custom base URL: {url}")
    else:
        address = f"{url.removesuffix('/v1')}/v1"
        base = ("API Provider: OpenAI Compatible", f"Base URL: {address}", "API Key: none")
    return (
        *base,
        f"Model: {found.model}",
        f"Model Context Window: {window}",
        "Features: Use Compact Prompt",
    )
