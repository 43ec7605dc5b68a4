"""The README says the same in each of its languages: an edit of one alone is told, by section.

Words are not compared. What is: the outline, the kinds of blocks in a section, code and commands,
links, and figures; comments in a block of commands are words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.conftest import ROOT

_OTHERS = ("README.ja.md", "README.zh-CN.md")
_ALL = ("README.md", *_OTHERS)
_BLOCKS = {"paragraph_open": "paragraph", "list_item_open": "item", "tr_open": "row"}
_CELLS = {"th_open": "cell", "td_open": "cell"}
_COMMENTED = ("console", "yaml")
_FIGURE = re.compile(r"(?<![A-Za-z0-9.])[0-9]+(?:[.,][0-9]+)*")


@dataclass
class Section:
    """What must be the same in each language."""

    title: str
    level: str
    shape: list[str] = field(default_factory=list)
    code: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)


def sections(text: str) -> list[Section]:
    """The parts of a page from one heading to the next."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    found: list[Section] = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            found.append(Section(tokens[at + 1].content, token.tag))
        elif token.type == "fence":
            found[-1].shape.append(f"block of {token.info}")
            found[-1].code.update(_lines(token))
        elif token.type == "inline":
            _read_words(found[-1], token.children or [])
        elif kind := (_BLOCKS | _CELLS).get(token.type):
            found[-1].shape.append(kind)
    titles = [_anchor(section.title) for section in found]
    for section in found:
        section.links = Counter(dict(_told(section.links, titles)))
    return found


def _lines(fence: Token) -> Iterator[str]:
    for line in fence.content.splitlines():
        yield re.sub(r"\s+#\s.*", "", line) if fence.info in _COMMENTED else line


def _read_words(section: Section, tokens: list[Token]) -> None:
    for token in tokens:
        if token.type == "code_inline":
            section.code[token.content] += 1
        elif token.type == "link_open" and (to := str(token.attrs["href"])) not in _ALL:
            section.links[to] += 1
        elif token.type == "text":
            section.figures.update(_FIGURE.findall(token.content))


def _told(links: Counter[str], titles: list[str]) -> Iterator[tuple[str, int]]:
    """A link to a heading of the page, by where that heading stands."""
    for to, count in links.items():
        is_here = to.startswith("#")
        yield (f"heading {titles.index(unquote(to[1:]))}" if is_here else to), count


def _anchor(title: str) -> str:
    """What GitHub and GitLab make of a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def differences(text: str, other: str) -> list[str]:
    """What one page has and the other has not, by the section of the first."""
    found = []
    for one, two in zip_longest(sections(text), sections(other)):
        if one is None or two is None:
            found.append(f"{(one or two).title}: a section that the other has not")
            continue
        for name in ("level", "shape", "code", "links", "figures"):
            ours, theirs = getattr(one, name), getattr(two, name)
            if isinstance(ours, Counter) and ours != theirs:
                found.append(f"{one.title}: {name}: {dict(ours - theirs)} / {dict(theirs - ours)}")
            elif ours != theirs:
                found.append(f"{one.title}: {name}: {ours} / {theirs}")
    return found


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _OTHERS)
def test_the_readme_is_the_same_in_each_language(name: str) -> None:
    assert differences(page("README.md"), page(name)) == []


@pytest.mark.parametrize("name", _ALL)
def test_the_readme_links_its_other_languages_at_the_top(name: str) -> None:
    line = page(name).splitlines()[2]
    assert re.findall(r"\]\(([^)]*)\)", line) == [other for other in _ALL if other != name]


@pytest.mark.parametrize("name", _ALL)
def test_no_mark_of_emphasis_is_left_as_text(name: str) -> None:
    """`**` before a Japanese full stop and a letter closes nothing."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page(name))
    texts = [child for token in tokens for child in token.children or []]
    assert not [text.content for text in texts if text.type == "text" and "**" in text.content]


@pytest.mark.parametrize(
    ("before", "after", "section"),
    [
        ("review --commit HEAD ", "review --commit HEAD~1 ", "Use"),
        ("[--strict]`", "[--strictly]`", "As a git hook"),
        ("| 130 | interrupted |", "| 131 | interrupted |", "Use"),
        ("| 130 | interrupted |", "| 130 | interrupted |\n| 4 | another |", "Use"),
        ("after 10 seconds", "after 20 seconds", "As a git hook"),
        ("`on` hears all", "`all` hears all", "Linters"),
        ("(docs/hooks.md)", "(docs/cache.md)", "As a git hook"),
        ("](#what-to-expect)", "](#privacy)", "reviewbot"),
        ("id: reviewbot-push ", "id: reviewbot-pushed ", "As a git hook"),
        ("## Privacy", "### Privacy", "Privacy"),
        ("## Privacy", "## Support\n\nNone.\n\n## Privacy", "Privacy"),
        ("`make test` runs the tests.", "\n`make test` runs the tests.", "Try it"),
    ],
)
def test_an_edit_of_one_language_alone_is_told(before: str, after: str, section: str) -> None:
    text = page("README.md")
    edited = text.replace(before, after)
    assert edited != text
    assert section in {line.partition(":")[0] for line in differences(text, edited)}


def test_the_words_of_a_comment_are_not_compared() -> None:
    text = page("README.md")
    edited = text.replace("# one commit", "# 一つのコミット")
    assert edited != text
    assert differences(text, edited) == []
