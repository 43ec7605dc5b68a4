"""Continue: the model as a block of the user's, the team's rules as rules of the repository's.

Continue puts what stands in `.continue/models` and `.continue/rules` to whatever configuration is
in use (its source of June 2026, core/config/yaml/loadYaml.ts and markdown/loadMarkdownRules.ts), so
nobody's `config.yaml` is opened. Which server code goes to is the user's word, not a repository's:
the model stands in the user's own folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from reviewbot.change.rules.rule import Rule
from reviewbot.setup.engine import Answering, Nothing
from reviewbot.setup.files import Verdict, kept_up, outlived
from reviewbot.setup.sealed import sealed
from reviewbot.setup.team_rules import PREFIX, document, file_name, globs_of

_EMBEDDED = (
    "the embedded engine is started for each review and is no server that Continue could ask:"
    " take Ollama, or llama-server with the same file, and say init again"
)


def user_folder(environ: Mapping[str, str]) -> Path:
    """Where Continue keeps what is the user's (its core/util/paths.ts)."""
    named = environ.get("CONTINUE_GLOBAL_DIR")
    # Without a home nothing is raised, and the path stays one that is refused.
    return Path(named or os.path.expanduser("~/.continue"))  # noqa: PTH111


def verdicts(
    top: Path, found: Answering | Nothing, rules: Iterable[Rule], folder: Path
) -> tuple[Verdict, ...]:
    told = "the team's rule, for Continue"
    place = top / ".continue" / "rules"
    texts = {place / file_name(rule): rule_text(rule) for rule in rules}
    own = [kept_up(path, text, told, top) for path, text in texts.items()]
    return (_model(found, folder), *own, *outlived(place, set(texts), PREFIX, top))


def _model(found: Answering | Nothing, folder: Path) -> Verdict:
    path = folder / "models" / "reviewbot.yaml"
    if isinstance(found, Nothing):
        return Verdict("left", path, "no model answers here yet: say init again when one does")
    if found.url is None:
        return Verdict("left", path, _EMBEDDED)
    told = f"{found.model}, for Continue"
    return kept_up(path, model_text(found), told, None)


def model_text(found: Answering) -> str:
    """A block of one model. With the window that a review asks for, both use the model as it is
    loaded; with another, Ollama would load it anew for each in turn."""
    url = str(found.url).rstrip("/")
    is_ollama = found.engine == "ollama"
    values = {
        "name": f"{found.model} (as reviewbot)",
        "provider": "ollama" if is_ollama else "openai",
        "model": found.model,
        "apiBase": url if is_ollama else f"{url.removesuffix('/v1')}/v1",
        "defaultCompletionOptions": {"contextLength": found.window},
        "roles": ["chat", "edit", "apply"],
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    block = "\n    ".join(lines)
    return sealed(f"name: reviewbot\nversion: 1.0.0\nschema: v1\nmodels:\n  - {block}\n")


def rule_text(rule: Rule) -> str:
    """Continue holds globs against paths and against addresses of files, so they may begin
    anywhere (core/llm/rules/getSystemMessageWithRules.ts)."""
    globs = globs_of(rule, anywhere=True)
    front: dict[str, object] = {"name": f"reviewbot: {rule.name}"}
    if globs:
        front["globs"] = globs
    return sealed(document(front, rule))
