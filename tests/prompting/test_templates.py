from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from reviewbot.errors import UsageError
from reviewbot.prompting.render import Renderer
from reviewbot.prompting.templates import NAMES, PACKAGED, packaged
from reviewbot.prompting.user_templates import user_templates
from reviewbot.report import ReplacedTemplate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "prompts"
    made.mkdir()
    return made


def test_without_files_the_prompts_are_reviewbots(folder: Path) -> None:
    for templates in (user_templates(None, None), user_templates(folder, None)):
        assert templates == PACKAGED
    assert user_templates(folder / "absent", None) == PACKAGED


@pytest.mark.parametrize("name", NAMES)
def test_reviewbots_own_templates_can_serve_as_the_users(folder: Path, name: str) -> None:
    (folder / name).write_text(packaged(name), encoding="utf-8")
    templates = user_templates(folder, None)
    assert [template.name for template in templates.replaced] == [name]
    assert Renderer(templates=templates).review(None) == Renderer().review(None)


def test_a_file_takes_the_templates_place(folder: Path) -> None:
    (folder / "review_system.j2").write_text("Answer {{ max_findings }} at most.\n")
    (system, *_) = Renderer(templates=user_templates(folder, None)).review(None).messages
    assert system.content == "Answer 4 at most."


def test_a_file_can_add_to_what_reviewbot_says(folder: Path) -> None:
    (folder / "review_system.j2").write_text(
        '{% include "default/review_system.j2" %}\n\nWrite each problem in Japanese: 日本語。\n',
        encoding="utf-8",
    )
    (own, *_) = Renderer().review(None).messages
    (system, *_) = Renderer(templates=user_templates(folder, None)).review(None).messages
    assert system.content == f"{own.content}\nWrite each problem in Japanese: 日本語。"


def test_examples_are_shown_in_the_users_own_way(folder: Path) -> None:
    example = {"path": "x.py", "code": "+1|x = 1", "reply": {"findings": []}}
    (folder / "review_examples.j2").write_text(json.dumps([example]))
    (folder / "review_chunk.j2").write_text("<file {{ path }}>\n{{ code }}\n")
    _, question, answer, _ = Renderer(templates=user_templates(folder, None)).review(None).messages
    assert question.content == "<file x.py>\n+1|x = 1"
    assert answer.content == '{"findings": []}'


def test_a_system_prompt_by_name_wins_over_the_folders(folder: Path, tmp_path: Path) -> None:
    (folder / "review_system.j2").write_text("{{ broken")
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"\xef\xbb\xbfReview it.")
    templates = user_templates(folder, mine)
    (system, *_) = Renderer(templates=templates).review(None).messages
    assert system.content == "Review it."
    digest = hashlib.sha256(mine.read_bytes()).hexdigest()
    assert templates.told == (ReplacedTemplate("review_system.j2", "mine.txt", digest[:12]),)


def test_a_file_that_replaces_nothing_is_told_with_the_nearest_name(folder: Path) -> None:
    (folder / "review_sytem.j2").write_text("x")
    with pytest.raises(UsageError, match=r"review_sytem\.j2: there is no template") as caught:
        user_templates(folder, None)
    assert 'did you mean "review_system.j2"?' in caught.value.message
    assert "rm " in caught.value.remedy


def test_a_file_of_another_kind_is_none_of_ours(folder: Path) -> None:
    (folder / "review_system.j2~").write_text("{{ broken")
    (folder / "README.md").write_text("notes")
    assert user_templates(folder, None) == PACKAGED


def test_a_system_prompt_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read the prompt .*absent\.j2: No such file") as e:
        user_templates(None, tmp_path / "absent.j2")
    assert "--system-prompt" in e.value.remedy


def test_what_is_no_file_is_not_waited_for(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "review_chunk.j2")
    with pytest.raises(UsageError, match="is not a file"):
        user_templates(folder, None)
    with pytest.raises(UsageError, match="is not a file"):
        user_templates(None, tmp_path)


def test_a_link_that_leads_nowhere_is_told(folder: Path) -> None:
    (folder / "review_system.j2").symlink_to(folder / "gone")
    with pytest.raises(UsageError, match="No such file"):
        user_templates(folder, None)
