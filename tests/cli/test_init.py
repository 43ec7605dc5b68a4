"""`reviewbot init`: one run sets all up, another changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from reviewbot.config import user_config_path
from reviewbot.setup.vscode import FINDING, LABEL, task
from tests.conftest import Repository, Reviewbot
from tests.engines.fake_ollama import CODER, fake_ollama

_ALL = ("init", "--editor", "vscode", "--editor", "continue", "--editor", "cline")
_RULE = '+++\nglobs = ["src/"]\n+++\nNo print.\n'
_OWN_CONFIG = "name: Mine\nversion: 0.0.1\nmodels:  # in my order\n  - name: b\n  - name: a\n"


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with fake_ollama() as fake:
        monkeypatch.setenv("OLLAMA_HOST", fake.url)
        yield fake.url


@pytest.fixture
def continues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Continue's folder, with a configuration of the user's."""
    folder = tmp_path / "continue"
    folder.mkdir()
    (folder / "config.yaml").write_text(_OWN_CONFIG)
    monkeypatch.setenv("CONTINUE_GLOBAL_DIR", str(folder))
    return folder


def _state(*folders: Path) -> dict[Path, tuple[bytes, int]]:
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in files
        if ".git" not in path.parts
    }


def test_one_run_sets_all_up_and_the_next_changes_nothing(
    reviewbot: Reviewbot, repository: Repository, ollama: str, continues: Path
) -> None:
    repository.stage(".reviewbot/rules/no-print.md", _RULE)
    run = reviewbot(*_ALL)
    assert run.code == 0, run.err
    assert f"engine   ollama at {ollama}, with {CODER}\n" in run.out
    assert f"Model: {CODER}\n" in run.out
    assert "next:\n   1. reviewbot install\n   2. reviewbot review\n" in run.out
    top = repository.path
    users = user_config_path()
    lines = [line for line in users.read_text().splitlines() if line and line[0] != "#"]
    assert lines == ['engine = "ollama"', f'model = "{CODER}"']
    block = yaml.safe_load((continues / "models" / "reviewbot.yaml").read_text())
    assert block["models"][0]["model"] == CODER
    assert block["models"][0]["apiBase"] == ollama
    assert (continues / "config.yaml").read_text() == _OWN_CONFIG
    for rule in (".continue/rules/reviewbot-no-print.md", ".clinerules/reviewbot-no-print.md"):
        assert "No print." in (top / rule).read_text()
    before = _state(top, continues, users.parent)
    assert top / ".reviewbot.toml" in before
    again = reviewbot(*_ALL)
    assert again.code == 0
    assert "wrote" not in again.out
    assert _state(top, continues, users.parent) == before
    assert reviewbot("doctor").code == 0


def test_a_dry_run_prints_all_and_writes_nothing(
    reviewbot: Reviewbot, repository: Repository, ollama: str, continues: Path
) -> None:
    before = _state(repository.path, continues)
    run = reviewbot(*_ALL, "--dry-run")
    assert run.code == 0
    assert '# fail_on = "never"' in run.out
    assert LABEL in run.out
    assert "write    .vscode/tasks.json" in run.out
    assert _state(repository.path, continues) == before
    assert not user_config_path().exists()


def test_what_a_person_changed_stays_and_what_lost_its_rule_goes(
    reviewbot: Reviewbot, repository: Repository, continues: Path
) -> None:
    for name in ("kept", "gone", "mine"):
        repository.stage(f".reviewbot/rules/{name}.md", _RULE)
    assert reviewbot("init", "--editor", "continue").code == 0
    place = repository.path / ".continue" / "rules"
    mine = place / "reviewbot-mine.md"
    mine.write_text(mine.read_text() + "And no echo.\n")
    repository.git("rm", "-q", "--cached", ".reviewbot/rules/gone.md")
    repository.stage(".reviewbot/rules/mine.md", _RULE.replace("print", "log"))
    repository.stage(".reviewbot/rules/kept.md", _RULE.replace("print", "log"))
    run = reviewbot("init", "--editor", "continue")
    assert run.code == 0
    assert "removed  .continue/rules/reviewbot-gone.md" in run.out
    assert sorted(path.name for path in place.iterdir()) == [
        "reviewbot-kept.md",
        "reviewbot-mine.md",
    ]
    assert "And no echo." in mine.read_text()
    assert "No print." in mine.read_text()
    assert "No log." in (place / "reviewbot-kept.md").read_text()


def test_tasks_that_are_there_are_kept_with_their_comments(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    text = '{\n  "version": "2.0.0",\n  "tasks": [\n    {"label": "a"}, // mine\n  ],\n}\n'
    path = repository.write(".vscode/tasks.json", text)
    assert reviewbot("init", "--editor", "vscode").code == 0
    made = path.read_text()
    assert made.startswith(text[: text.index("  ],")].rstrip())
    assert LABEL in made
    assert reviewbot("init", "--editor", "vscode").code == 0
    assert path.read_text() == made


@pytest.mark.parametrize("text", ['{"version": "0.1.0", "tasks": []}', "{oops"])
def test_tasks_that_cannot_be_added_to_are_left_and_the_task_is_printed(
    reviewbot: Reviewbot, repository: Repository, text: str
) -> None:
    path = repository.write(".vscode/tasks.json", text)
    run = reviewbot("init", "--editor", "vscode")
    assert run.code == 0
    assert path.read_text() == text
    assert "left     .vscode/tasks.json" in run.out
    pasted = run.out[run.out.index("      {") : run.out.index("\nnext:")]
    assert json.loads(pasted) == task()


def test_what_the_task_starts_prints_what_its_pattern_finds(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    claim = {"quote": "a = 1 / 0", "problem": "It divides by zero.", "category": "correctness"}
    reply = {"findings": [{**claim, "severity": "error"}]}
    repository.stage("a b.py", "a = 1 / 0\n")
    chosen = {"REVIEWBOT_ENGINE": "scripted", "REVIEWBOT_MODEL": script({"reply": reply})}
    run = reviewbot(*task()["args"], environ=chosen)
    found = [m.groups() for line in run.out.splitlines() if (m := re.search(FINDING, line))]
    assert found == [("a b.py", "1", "error", "It divides by zero", "RB-CORRECTNESS")]


def test_settings_that_are_there_stay(reviewbot: Reviewbot, repository: Repository) -> None:
    path = repository.write(".reviewbot.toml", 'fail_on = "error"  # ours\n')
    run = reviewbot("init")
    assert run.code == 0
    assert path.read_text() == 'fail_on = "error"  # ours\n'
    assert "left     .reviewbot.toml: is there, and stays as it is; not in it: think," in run.out


def test_settings_in_pyproject_are_not_overruled(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    repository.write("pyproject.toml", '[tool.reviewbot]\nfail_on = "error"\n')
    run = reviewbot("init")
    assert "its settings stand in pyproject.toml" in run.out
    assert not (repository.path / ".reviewbot.toml").exists()


def test_the_users_settings_are_told_what_would_keep_the_model(
    reviewbot: Reviewbot, ollama: str
) -> None:
    path = user_config_path()
    path.parent.mkdir(parents=True)
    path.write_text('effort = "fast"\n')
    run = reviewbot("init")
    assert f'add: engine = "ollama", model = "{CODER}"' in run.out
    assert path.read_text() == 'effort = "fast"\n'


def test_a_link_in_the_repository_leads_nothing_out_of_it(
    reviewbot: Reviewbot, repository: Repository, tmp_path: Path, continues: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in (".vscode", ".continue", ".clinerules"):
        (repository.path / name).symlink_to(outside)
    repository.stage(".reviewbot/rules/no-print.md", _RULE)
    run = reviewbot(*_ALL)
    assert run.code == 2
    assert "failed   .vscode/tasks.json: would be behind a link (.vscode)" in run.out
    assert list(outside.iterdir()) == []
    assert (repository.path / ".reviewbot.toml").exists()


def test_without_a_place_of_the_users_the_rest_is_done(
    reviewbot: Reviewbot, repository: Repository, tmp_path: Path
) -> None:
    """Were HOME but wrong, the system's own word on the user's home would be taken."""
    file = tmp_path / "file"
    file.write_text("")
    run = reviewbot("init", environ={"XDG_CONFIG_HOME": str(file / "config")})
    assert run.code == 2
    assert "config.toml: cannot be written: Not a directory" in run.out
    assert (repository.path / ".reviewbot.toml").exists()


def test_a_cline_file_of_the_older_kind_stays(reviewbot: Reviewbot, repository: Repository) -> None:
    path = repository.write(".clinerules", "Be kind.\n")
    run = reviewbot("init", "--editor", "cline")
    assert run.code == 2
    assert ".clinerules is a file, not a folder" in run.out
    assert path.read_text() == "Be kind.\n"


def test_outside_of_a_repository_and_with_wrong_settings_it_says_so(
    reviewbot: Reviewbot, repository: Repository, tmp_path: Path
) -> None:
    outside = tmp_path / "none"
    outside.mkdir()
    run = reviewbot("init", cwd=outside)
    assert run.code == 2
    assert "not inside a git repository" in run.err
    repository.write(".reviewbot.toml", 'model = "x"\n')
    wrong = reviewbot("init")
    assert wrong.code == 2
    assert "not the repository's to set" in wrong.err
