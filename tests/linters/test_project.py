"""What a project runs by itself, by the files of its index."""

from __future__ import annotations

import pytest

from reviewbot.linters.table import LINTERS
from tests.conftest import Repository
from tests.linters.samples import SAMPLES, heard

_HOOK = "repos:\n  - repo: x\n    hooks:\n      - id: {}\n"


@pytest.mark.parametrize(
    ("linter", "path", "text"),
    [
        ("ruff", "ruff.toml", ""),
        ("ruff", ".ruff.toml", ""),
        ("ruff", "pyproject.toml", "[tool.ruff.lint]\nselect = ['F']\n"),
        ("ruff", ".pre-commit-config.yaml", _HOOK.format("ruff")),
        ("ruff", ".pre-commit-config.yaml", _HOOK.format("'ruff-check'")),
        ("shellcheck", ".shellcheckrc", ""),
        ("shellcheck", ".pre-commit-config.yaml", _HOOK.format("shellcheck")),
        ("oxlint", ".oxlintrc.json", "{}"),
        ("oxlint", "eslint.config.mjs", ""),
        ("oxlint", ".pre-commit-config.yaml", _HOOK.format("eslint")),
    ],
)
def test_a_linter_of_the_project_s_own_is_left_to_it(
    repository: Repository, linter: str, path: str, text: str
) -> None:
    repository.stage(path, text)
    repository.commit()
    for name, content, *_ in SAMPLES.values():
        repository.stage(name, content)
    found = {one.use.name: one for one in heard(repository, "auto")}
    assert found.keys() == {item.name for item in LINTERS}
    assert path in found[linter].use.left_to
    assert found[linter].hits == ()
    assert all(one.hits for name, one in found.items() if name != linter)
    assert all(one.hits for one in heard(repository, "on"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.black]\n"),
        ("pyproject.toml", "tool = 3\n"),
        ("pyproject.toml", "[tool.ruff\n"),
        (".pre-commit-config.yaml", _HOOK.format("ruff-format")),
        (
            ".pre-commit-config.yaml",
            "#" + _HOOK.format("x").replace("      - id: x", "#  - id: ruff"),
        ),
        ("docs/ruff.toml", ""),
    ],
)
def test_what_runs_no_linter_here_leaves_it_to_us(
    repository: Repository, path: str, text: str
) -> None:
    repository.stage(path, text)
    repository.commit()
    name, content, *_ = SAMPLES["ruff"]
    repository.stage(name, content)
    (one,) = heard(repository, "auto")
    assert (one.use.left_to, len(one.hits)) == ("", 1)


def test_a_file_that_is_not_in_the_index_says_nothing(repository: Repository) -> None:
    name, content, *_ = SAMPLES["ruff"]
    repository.stage(name, content)
    repository.write("ruff.toml", "")
    (one,) = heard(repository, "auto")
    assert one.hits


def test_settings_in_a_folder_hold_below_it(repository: Repository) -> None:
    _, content, *_ = SAMPLES["ruff"]
    repository.stage("service/ruff.toml", "")
    repository.stage("service/app/a.py", content)
    (one,) = heard(repository, "auto")
    assert one.use.left_to == "service/ruff.toml"
