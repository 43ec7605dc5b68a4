"""What to type next, by what is here: a model, a hook, a job of the CI system, a review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviewbot.doctor.subject import pull_command
from reviewbot.engines.detect import PULL_OLLAMA
from reviewbot.engines.local_model import INSTALL_EMBEDDED, PULL_EMBEDDED
from reviewbot.models.hardware import Machine
from reviewbot.models.recommend import choose, rooms_of
from reviewbot.setup.engine import Answering, Nothing
from reviewbot.setup.surroundings import Hooks, Pipeline

# The hook of `.pre-commit-hooks.yaml` that runs what is installed; a clone needs no `repo` of its
# own for it.
_PRE_COMMIT = """\
  - repo: local
    hooks:
      - id: reviewbot
        name: reviewbot
        entry: reviewbot hook pre-commit
        language: system
        always_run: true
        pass_filenames: false
        require_serial: true
        verbose: true
        stages: [pre-commit, pre-merge-commit, manual]
"""
_LEFTHOOK = """\
pre-commit:
  commands:
    reviewbot:
      run: reviewbot hook pre-commit
"""
_SHELL = 'reviewbot hook pre-commit -- "$@"\n'
_HOOKS = {"pre-commit": _PRE_COMMIT, "lefthook": _LEFTHOOK}
_ACTIONS = """\
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0
      - run: reviewbot review --ci
"""
_JOBS = {
    "GitLab": """\
include:
  - component: $CI_SERVER_FQDN/tools/reviewbot/review@0123abc
    inputs:
      engine: ollama
""",
    "GitHub": _ACTIONS,
    "Gitea": _ACTIONS,
    "Forgejo": _ACTIONS,
    "Jenkins": "sh 'reviewbot review --ci --report checkstyle=reviewbot.xml'\n",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A command or a sentence; `lines` are what goes into a file."""

    text: str
    lines: str = ""


def steps(
    found: Answering | Nothing, machine: Machine, hooks: Hooks, pipelines: Iterable[Pipeline]
) -> Iterator[Step]:
    """The next one first."""
    if isinstance(found, Nothing):
        yield Step(model_command(found, machine))
    if not hooks.ours:
        yield _hook(hooks)
    for pipeline in pipelines:
        if not pipeline.ours:
            text = f"for {pipeline.system}, in {pipeline.file} (docs/ci.md):"
            yield Step(text, _JOBS[pipeline.system])
    yield Step("reviewbot doctor" if isinstance(found, Nothing) else "reviewbot review")


def model_command(found: Nothing, machine: Machine) -> str:
    """How the best model that fits here is fetched for what is there to run it."""
    choice = choose("review", rooms_of(machine))
    if choice is None:
        pull, own = PULL_OLLAMA, PULL_EMBEDDED
    else:
        pull = pull_command(choice.card, choice.load.quantization)
        own = pull_command(choice.card, choice.load.quantization, "embedded")
    if found.ollama:
        return pull
    # Of the catalogue's models few are fetched without Ollama.
    own = own if own.startswith("reviewbot") else PULL_EMBEDDED
    if found.embedded:
        return own
    return f"{INSTALL_EMBEDDED} && {own}   (or, with Ollama: {pull})"


def _hook(hooks: Hooks) -> Step:
    if not hooks.manager:
        return Step("reviewbot install")
    if hooks.manager == "overcommit":
        return Step(f"in {hooks.file}, a PreCommit hook that runs: reviewbot hook pre-commit")
    text = f"for {hooks.manager}, in {hooks.file} (docs/hooks.md):"
    return Step(text, _HOOKS.get(hooks.manager, _SHELL))
