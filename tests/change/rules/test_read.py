from __future__ import annotations

import pytest

from reviewbot.change.git import Git
from reviewbot.change.rules.read import MOST_RULES, read_rules
from reviewbot.change.scope import commit, patch_file, staged
from reviewbot.errors import ConfigError
from tests.conftest import Repository

RULE = ".reviewbot/rules/{}.md"


def text(says: str) -> str:
    return f"+++\n+++\n{says}\n"


def test_a_staged_change_has_the_rules_of_the_index_and_a_commit_those_of_its_base(
    repository: Repository,
) -> None:
    repository.stage(RULE.format("a"), text("old"))
    repository.commit()
    repository.stage(RULE.format("a"), text("new"))
    repository.stage(RULE.format("b"), text("more"))
    repository.commit()
    repository.stage(RULE.format("a"), text("staged"))
    repository.write(RULE.format("a"), text("working tree"))
    repository.write(RULE.format("c"), text("untracked"))
    (repository.path / "sub").mkdir()
    for folder in ("", "sub"):
        git = Git(repository.path / folder)
        assert [rule.text for rule in read_rules(git, staged(git))] == ["staged", "more"]
        assert [rule.text for rule in read_rules(git, commit(git, "HEAD"))] == ["old"]
        assert read_rules(git, commit(git, "HEAD~1")) == ()
        assert read_rules(git, patch_file("-")) == ()


def test_only_markdown_at_the_top_of_the_folder_is_a_rule(repository: Repository) -> None:
    for name in ("README.md", "x/a.md", "a.txt"):
        repository.stage(f".reviewbot/rules/{name}", "no rule")
    repository.stage("sub/.reviewbot/rules/a.md", "no rule")
    repository.stage(".reviewbot/rules.md", "no rule")
    repository.stage(RULE.format("same-1"), text("one"))
    repository.stage(RULE.format("same-2"), text("one"))
    git = Git(repository.path)
    assert [rule.name for rule in read_rules(git, staged(git))] == ["same-1", "same-2"]


def test_a_link_is_no_way_out_of_the_repository(repository: Repository) -> None:
    outside = repository.path.parent / "outside.md"
    outside.write_text(text("outside"), encoding="utf-8")
    link = repository.path / RULE.format("a")
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    repository.git("add", "--", str(link))
    git = Git(repository.path)
    with pytest.raises(ConfigError, match=r"a\.md, line 1 in the index"):
        read_rules(git, staged(git))


def test_the_place_of_a_broken_rule_is_told(repository: Repository) -> None:
    repository.stage(RULE.format("a"), "broken")
    base = repository.commit()
    repository.stage(RULE.format("a"), text("mended"))
    repository.commit()
    git = Git(repository.path)
    with pytest.raises(ConfigError, match=f"in the base {base[:12]}: "):
        read_rules(git, commit(git, "HEAD"))


def test_too_many_rules_are_refused(repository: Repository) -> None:
    for number in range(MOST_RULES + 1):
        repository.write(RULE.format(f"r{number}"), text("No."))
    repository.git("add", ".")
    git = Git(repository.path)
    with pytest.raises(ConfigError, match="holds 101 rules"):
        read_rules(git, staged(git))
