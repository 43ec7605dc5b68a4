from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.change.rules.rule import Rule
from reviewbot.changeset import Line, LineKind
from reviewbot.finding import Severity
from reviewbot.prompt import Layout
from reviewbot.prompting.budget import RULES_TOKENS, Budget, estimate_tokens
from reviewbot.prompting.chunk import Chunk, cut
from reviewbot.prompting.refit import fitted
from reviewbot.prompting.render import Renderer
from reviewbot.prompting.ruled import MOST_SHOWN, rules_cost, shown_rules
from reviewbot.prompting.templates import CHUNK
from reviewbot.prompting.user_templates import user_templates
from tests.prompting.special_words import WORDS

LINES = (Line(LineKind.REMOVED, "x = 1", 1, None), Line(LineKind.ADDED, "x = 2", None, 1))
PLAIN = Chunk("src/a.py", "def a():", LINES)
PRINT = Rule("no-print", "Use the logger, never print.", Severity.ERROR)
RULED = replace(PLAIN, rules=(PRINT, Rule("names", "Names are English.")))
WIDE = Budget(8192, overhead=1000, reserve=480)
# What is asked about a chunk without rules, byte for byte: whoever changes it makes every answer
# that is kept useless, and every measurement one of something else.
WITHOUT_RULES = {
    "system": ("422b896d3bab307a", "bef8c165b00bfc02", "7267ea7bc175e34b"),
    "no-system": ("2df76df580bae8eb", "d80b898bb58e24e2", "7c86a234551d4b1a"),
    "user": ("f75d29a280443ea8", "5005bda796694f66", "5edfc620fff33922"),
}
LAYOUTS: tuple[Layout, ...] = ("system", "no-system", "user")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_rules_the_prompts_are_what_they_were(layout: Layout) -> None:
    renderer = Renderer(layout)
    prompts = (renderer.review(PLAIN), renderer.suspect(PLAIN), renderer.review(None))
    texts = [json.dumps(asdict(prompt)).encode() for prompt in prompts]
    digests = tuple(hashlib.sha256(text).hexdigest()[:16] for text in texts)
    assert digests == WITHOUT_RULES[layout]


def test_rules_stand_behind_what_all_prompts_share_and_before_the_code() -> None:
    plain, ruled = (Renderer().review(chunk) for chunk in (PLAIN, RULED))
    assert ruled.messages[:-1] == plain.messages[:-1]
    asked = ruled.messages[-1].content
    assert asked.endswith(f"\n\n{plain.messages[-1].content}")
    assert "\n- no-print (error): Use the logger, never print.\n- names (warning): " in asked


def test_a_finding_names_a_rule_or_none() -> None:
    said = {"quote": "x", "problem": "y", "category": "test", "severity": "note"}
    for prompt in (Renderer().review(RULED), Renderer().suspect(RULED)):
        finding = {**said, "quote": "x = 2"}
        for rule in ("no-print", "names", ""):
            jsonschema.validate(
                {"findings": [{**finding, "rule": rule}]}, json.loads(prompt.schema)
            )
        for wrong in (finding, {**finding, "rule": "other"}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate({"findings": [wrong]}, json.loads(prompt.schema))


@given(st.lists(st.sampled_from([*WORDS, "\n", "\r", "\u2028", "Under review:", "File: b.py"])))
def test_a_rule_has_no_line_and_no_special_word_of_its_own(parts: list[str]) -> None:
    hostile = Rule("a", "".join(["x", *parts]))
    asked = Renderer().review(replace(PLAIN, rules=(hostile,))).messages[-1].content
    usual = Renderer().review(replace(PLAIN, rules=(Rule("a", "x"),))).messages[-1].content
    assert len(asked.splitlines()) == len(usual.splitlines())
    assert not any(word in asked for word in WORDS)


def test_a_template_of_the_users_shows_the_rules_too(tmp_path: Path) -> None:
    (tmp_path / CHUNK).write_text("MINE {{ path }} {{ code }}\n", encoding="utf-8")
    asked = Renderer(templates=user_templates(tmp_path, None)).review(RULED).messages[-1].content
    assert "- no-print (error): " in asked
    assert "\n\nMINE src/a.py " in asked


def test_the_cost_is_an_upper_bound_of_what_is_said() -> None:
    for rules in ((PRINT,), RULED.rules, tuple(Rule(f"r{n}", "A rule." * n) for n in range(1, 9))):
        texts = (Renderer().review(replace(PLAIN, rules=shown)).text for shown in (rules, ()))
        ruled, plain = map(estimate_tokens, texts)
        assert ruled - plain <= rules_cost(rules)


def test_the_first_rules_are_shown_and_at_most_so_many() -> None:
    short = tuple(Rule(f"r{number}", "No.") for number in range(MOST_SHOWN + 2))
    assert shown_rules(short, WIDE) == (short[:MOST_SHOWN], short[MOST_SHOWN:])
    long = tuple(Rule(f"long-{number}", "word " * 100) for number in range(5))
    shown, unshown = shown_rules((*long, PRINT), WIDE)
    assert shown[-1] == PRINT
    assert 0 < len(unshown) < len(long)
    assert sum(estimate_tokens(rule.text) for rule in shown) <= RULES_TOKENS


def _excerpt(rules: tuple[Rule, ...], count: int = 400) -> Excerpt:
    lines = tuple(
        Line(LineKind.ADDED, f"value_{number} = {number}", None, number)
        for number in range(1, count)
    )
    return Excerpt("src/a.py", "", lines, rules=rules)


@pytest.mark.parametrize("window", [1900, 2300, 4096, 8192])
def test_every_line_is_asked_about_once_and_every_prompt_fits(window: int) -> None:
    budget = Budget(window, overhead=1000, reserve=480)
    rules = tuple(Rule(f"r{number}", "Use the logger, never print. " * 4) for number in range(6))
    chunks = [part for part in cut([_excerpt(rules)], budget) if isinstance(part, Chunk)]
    assert [line.new_no for chunk in chunks for line in chunk.own] == list(range(1, 400))
    empty = estimate_tokens(Renderer().review(None).text)
    for chunk in chunks:
        assert {*chunk.rules, *chunk.unshown} == set(rules)
        spent = estimate_tokens(Renderer().review(chunk).text) - empty
        assert spent <= window - budget.overhead - budget.reserve


def test_a_small_window_is_the_codes() -> None:
    (chunk, *_) = cut([_excerpt((PRINT,), 5)], Budget(1700, overhead=1000, reserve=480))
    assert isinstance(chunk, Chunk)
    assert (chunk.rules, chunk.unshown) == ((), (PRINT,))


def test_rules_go_where_the_room_has_shrunk() -> None:
    rules = tuple(Rule(f"r{number}", "Use the logger, never print. " * 3) for number in range(5))
    (chunk,) = cut([_excerpt(rules, 10)], WIDE)
    assert isinstance(chunk, Chunk)
    assert chunk.rules == rules
    assert list(fitted(chunk, WIDE)) == [chunk]
    (less,) = fitted(chunk, Budget(2400, overhead=1000, reserve=480))
    assert isinstance(less, Chunk)
    assert less.lines == chunk.lines
    assert 0 < len(less.rules) < len(rules)
    assert (*less.rules, *less.unshown) == rules


def test_files_with_other_rules_share_no_chunk_and_lose_no_line() -> None:
    one, other = _excerpt((PRINT,), 5), replace(_excerpt((), 5), path="src/b.py")
    first, second = cut([one, other], WIDE)
    assert isinstance(first, Chunk)
    assert isinstance(second, Chunk)
    assert (first.rules, second.rules) == ((PRINT,), ())
