"""What a model knows of code that is new: `python -m benchmarks.new_code SUITE REPLIES [GROUPS]`.

New code has nothing to be compared to. For each added function that holds a bug, and for the same
function without it, the model is asked in five ways whether it is wrong (the ways below), and the
table says how well the answers tell the two apart: AUC, the share of pairs of which the bug has
the higher score (a tie counts half), with 95 % intervals over groups, and what a chunk costs.
GROUPS (default 24) are drawn from the suite by the hash of their name. Replies are kept in the
folder REPLIES, so a run that is begun again goes on.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.tokens import found
from reviewbot.changeset import LineKind
from reviewbot.engines.base import Engine, Patience
from reviewbot.engines.embedded import open_embedded
from reviewbot.errors import ReplyError
from reviewbot.evaluation.materialise import prepared
from reviewbot.evaluation.replies import Replies
from reviewbot.evaluation.run import Engines
from reviewbot.evaluation.statistics import Estimate, auc, over_groups
from reviewbot.evaluation.suite import Case, load
from reviewbot.network import Door
from reviewbot.prompt import Completion, Message, Prompt, Sampling
from reviewbot.prompting.budget import Budget
from reviewbot.prompting.chunk import Chunk, cut
from reviewbot.prompting.contrast import Versions, contrast_prompts
from reviewbot.prompting.render import REPLY_TOKENS, Renderer, numbered, shown_path
from reviewbot.prompting.special import displayed
from reviewbot.review.contrast import Contrast
from reviewbot.review.reply import read_reply

_OVERHEAD = 760  # tokens of the review's own prompt, so that chunks are cut as a review cuts them
_VOTES = 3
_VOTING = Sampling(temperature=0.8, top_p=0.95)
_AROUND = 8  # lines on each side of a fix that both versions show
_NEAR = 3  # lines from a golden range that still hit it
_LIKELY = -20.0  # nats, for a word that is not among the likeliest

_READER = """You check a code change for defects: wrong results, crashes, missing or inverted \
checks, off-by-one errors, security holes, leaked resources, data races, swallowed errors, broken \
promises to callers. Lines marked + were added, the others are unchanged."""
_SUSPECT = """Name the marked line that is most likely wrong, say in one sentence what goes wrong, \
and write the line or lines that should stand in its place.

Answer in JSON: {"quote": "...", "problem": "...", "fix": "..."}"""
_REASON = "Think about what each marked line does, in at most 80 words. Give no verdict."
_VERDICT = "Do the marked lines hold a real defect? Answer Yes or No."
_REFUTE = """A reviewer says of the line `{quote}`: {problem}

Try to refute this: is the reviewer wrong, and the line correct as it is? Answer Yes or No."""


@dataclass(slots=True)
class Cost:
    """What one way of asking took, over all chunks."""

    calls: int = 0
    tokens: int = 0
    written: int = 0


@dataclass(slots=True)
class Item:
    """A chunk of a case, and its score for being wrong by each way of asking."""

    case: Case
    scores: dict[str, float] = field(default_factory=dict)
    hit: bool | None = None


@dataclass(slots=True)
class Asker:
    engine: Engine
    costs: dict[str, Cost] = field(default_factory=dict)

    def ask(self, way: str, prompt: Prompt) -> Completion:
        completion = self.engine.complete(prompt, lambda _: None)
        cost = self.costs.setdefault(way, Cost())
        cost.calls += 1
        cost.tokens += completion.prompt_tokens - completion.cached_tokens
        cost.written += completion.completion_tokens
        return completion

    def yes(self, way: str, *messages: Message) -> float:
        """The log-odds of yes, in nats."""
        prompt = Prompt(messages, "", max_tokens=1, choice=("yes", "no"))
        words = dict(self.ask(way, prompt).likeliest)
        return words.get("yes", _LIKELY) - words.get("no", _LIKELY)


def shown(chunk: Chunk) -> str:
    header = f"In: {displayed(chunk.header)}\n" if chunk.header else ""
    return f"File: {shown_path(chunk.path)}\n{header}\n{numbered(chunk.lines)}"


def said(*words: str) -> tuple[Message, ...]:
    """The system's words, then user and assistant in turn."""
    system, *turns = words
    roles = ("user", "assistant")
    return (
        Message("system", system),
        *(Message(roles[at % 2], turn) for at, turn in enumerate(turns)),  # type: ignore[arg-type]
    )


def opinion(asker: Asker, chunk: Chunk) -> float:
    return asker.yes("opinion", *said(_READER, f"{shown(chunk)}\n\n{_VERDICT}"))


def reasoned(asker: Asker, chunk: Chunk) -> float:
    """The opinion after some free words about the code."""
    question = f"{shown(chunk)}\n\n{_REASON}"
    words = asker.ask("reasoning first", Prompt(said(_READER, question), "", max_tokens=120)).text
    return asker.yes("reasoning first", *said(_READER, question, words, _VERDICT))


def voted(asker: Asker, chunk: Chunk) -> float:
    """How many of some drawn reviews find anything."""
    votes = 0
    for seed in range(_VOTES):
        prompt = Renderer(sampling=replace(_VOTING, seed=seed)).review(chunk)
        try:
            votes += bool(read_reply(asker.ask("votes", prompt)).candidates)
        except ReplyError:
            continue
    return votes / _VOTES


def suspect_schema(lines: Sequence[str]) -> str:
    text = {"type": "string", "minLength": 1}
    fields = {
        "quote": {"enum": list(lines)},
        "problem": text | {"maxLength": 160},
        "fix": text | {"maxLength": 240},
    }
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    return json.dumps(schema | {"additionalProperties": False})


def suspect(asker: Asker, chunk: Chunk) -> dict[str, str] | None:
    """The line that the model holds for the worst, why, and what should stand there."""
    texts = dict.fromkeys(displayed(line.text).strip() for line in chunk.own)
    lines = [text for text in texts if 0 < len(text) <= 160]
    if not lines:
        return None
    question = f"{shown(chunk)}\n\n{_SUSPECT}"
    prompt = Prompt(said(_READER, question), suspect_schema(lines), max_tokens=220)
    try:
        found: dict[str, str] = json.loads(asker.ask("own fix", prompt).text)
    except ValueError:
        return None  # cut off
    return found


def placed(chunk: Chunk, quote: str) -> int:
    """The index of the quoted line."""
    return next(
        at
        for at, line in enumerate(chunk.lines)
        if line.changed and at >= chunk.start and displayed(line.text).strip() == quote
    )


def fixed(chunk: Chunk, at: int, fix: str) -> Versions:
    """The lines around the suspect as they are, and with the fix in its place."""
    kept = [(n, displayed(x.text)) for n, x in enumerate(chunk.lines) if x.kind != LineKind.REMOVED]
    near = [(n, text) for n, text in kept if abs(n - at) <= _AROUND]
    line = displayed(chunk.lines[at].text)
    indent = line[: len(line) - len(line.lstrip())]
    rows = fix.strip("\n").split("\n")
    least = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
    mended = "\n".join(indent + row[least:] if row.strip() else row for row in rows)
    old = "\n".join(text for _, text in near)
    new = "\n".join(mended if n == at else text for n, text in near)
    return Versions(chunk.path, old, new)


def preferred(asker: Asker, versions: Versions) -> float:
    """By how many nats the model prefers its own fix. A fix that changes nothing is none."""
    if versions.before.split() == versions.after.split():
        return 0.0
    old_first, new_first = (
        asker.ask("own fix", one) for one in contrast_prompts(versions, "system")
    )
    return Contrast(old_first, new_first, versions.grown).preference


def hits(case: Case, chunk: Chunk, at: int) -> bool | None:
    if not case.golden:
        return None
    line = chunk.lines[at].new_no or 0
    return any(
        golden.file == chunk.path and golden.line[0] - _NEAR <= line <= golden.line[1] + _NEAR
        for golden in case.golden
    )


def item_of(asker: Asker, case: Case, chunk: Chunk) -> Item:
    item = Item(case)
    item.scores["opinion"] = opinion(asker, chunk)
    item.scores["reasoning first"] = reasoned(asker, chunk)
    item.scores["votes"] = voted(asker, chunk)
    item.scores["own fix"] = item.scores["refuted afresh"] = 0.0
    worst = suspect(asker, chunk)
    if worst is not None:
        at = placed(chunk, worst["quote"])
        item.hit = hits(case, chunk, at)
        item.scores["own fix"] = preferred(asker, fixed(chunk, at, worst["fix"]))
        claim = _REFUTE.format(quote=worst["quote"], problem=displayed(worst["problem"]))
        question = f"{shown(chunk)}\n\n{claim}"
        item.scores["refuted afresh"] = -asker.yes("refuted afresh", *said(_READER, question))
    return item


def chosen(cases: Sequence[Case], count: int) -> list[Case]:
    """All cases of some groups that hold a bug and its twin, of new code."""
    paired = [case for case in cases if case.track in ("twin", "pair")]
    groups = sorted({c.group for c in paired}, key=lambda g: hashlib.sha256(g.encode()).hexdigest())
    return [case for case in paired if case.group in groups[:count]]


def asked(cases: Sequence[Case], asker: Asker, window: int) -> list[Item]:
    items = []
    for number, case in enumerate(cases, 1):
        begun = time.monotonic()
        budget = Budget(window, _OVERHEAD, REPLY_TOKENS)
        chunks = cut(prepared(case.change).excerpts, budget)
        items += [item_of(asker, case, chunk) for chunk in chunks if isinstance(chunk, Chunk)]
        took = time.monotonic() - begun
        print(f"{number} of {len(cases)}: {case.id} ({took:.0f} s)", file=sys.stderr, flush=True)
    return items


# Score, whether it is of a bug, and its group.
Scored = tuple[float, bool, str]


def scored(items: Sequence[Item], way: str) -> list[list[Scored]]:
    """Of each case its most suspicious chunk, by group."""
    cases: dict[str, Scored] = {}
    for item in items:
        case = item.case
        score = item.scores[way]
        if case.id not in cases or score > cases[case.id][0]:
            cases[case.id] = (score, case.kind == "defect", case.group)
    groups: dict[str, list[Scored]] = {}
    for one in cases.values():
        groups.setdefault(one[2], []).append(one)
    return list(groups.values())


def separation(members: Sequence[Scored]) -> float | None:
    return auc([(score, bug) for score, bug, _ in members])


def pairs_right(members: Sequence[Scored]) -> float | None:
    """Groups that were drawn twice count twice: neighbours are a pair."""
    wins = [
        (one[0] > other[0]) + (one[0] == other[0]) / 2
        for one, other in itertools.pairwise(members)
        if one[2] == other[2] and one[1] and not other[1]
    ]
    return sum(wins) / len(wins) if wins else None


def told(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "-"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def ordered(groups: list[list[Scored]]) -> list[list[Scored]]:
    """The bug before its twin."""
    return [sorted(group, key=lambda one: not one[1]) for group in groups]


def tell(items: Sequence[Item], costs: dict[str, Cost]) -> None:
    print("| way | AUC | pairs right | calls a chunk | tokens read | written |")
    print("|---|---|---|---|---|---|")
    statistics: tuple[Callable[[Sequence[Scored]], float | None], ...] = (separation, pairs_right)
    for way in items[0].scores:
        groups = ordered(scored(items, way))
        figures = " | ".join(told(over_groups(groups, one)) for one in statistics)
        cost, chunks = costs[way], len(items)
        print(
            f"| {way} | {figures} | {cost.calls / chunks:.1f} | {cost.tokens / chunks:.0f} |"
            f" {cost.written / chunks:.0f} |"
        )
    hit = [item.hit for item in items if item.hit is not None]
    print(f"\nthe suspect stands on the defect in {sum(hit)} of {len(hit)} chunks of bugs")
    print(f"{len(items)} chunks of {len({item.case.id for item in items})} cases")


def main() -> None:
    suite, replies, *count = sys.argv[1:]
    cases = chosen(load(Path(suite)).cases, int(count[0]) if count else 24)
    model = found("qwen2.5-coder-1.5b")
    opener = lambda: open_embedded(model, Door(), Patience(600))  # noqa: E731
    with Engines(opener, Replies(Path(replies))) as engines:
        engine = engines.open()
        asker = Asker(engine)
        items = asked(cases, asker, engine.info.window or 4096)
    tell(items, asker.costs)


if __name__ == "__main__":
    main()
