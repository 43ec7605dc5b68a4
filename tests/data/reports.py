"""One report that has everything a reporter must be able to say, and an empty one."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.changeset import Scope
from reviewbot.finding import Category, Finding, Location, Mute, Severity, Side, Source, fingerprint
from reviewbot.prompt import Sampling
from reviewbot.report import (
    AskedWith,
    Baseline,
    EngineInfo,
    FileCoverage,
    LinterUse,
    ReplacedTemplate,
    Report,
    Timings,
    Usage,
)

_REMOVED = Finding(
    rule=Category.SECURITY.rule,
    category=Category.SECURITY,
    severity=Severity.ERROR,
    confidence=0.5,
    location=Location("shop/größe & <co>.py", Side.OLD, 12, 12, (13, 14)),
    quote="    if not user.may(order):\n        raise Forbidden",
    title="The check is gone",
    message="The check is gone: any user can now read the order of any other, because the only"
    " place that asked for the right to do so was removed. 誰でも読めます。",
    fingerprint=fingerprint("RB-SECURITY", "shop/größe & <co>.py", "if not user.may(order):"),
)
_ADDED = Finding(
    rule=Category.CORRECTNESS.rule,
    category=Category.CORRECTNESS,
    severity=Severity.WARNING,
    confidence=0.5,
    location=Location("shop/stock.py", Side.NEW, 3, 4),
    quote='for i in range(len(rows) + 1):\n    total += rows[i]  # ]]> & "quoted"',
    title="The loop runs one step past the end",
    message="The loop runs one step past the end.",
    fingerprint=fingerprint("RB-CORRECTNESS", "shop/stock.py", "for i in range"),
    suggestion="for row in rows:\n    total += row",
)
_NOTE = Finding(
    rule=Category.PERFORMANCE.rule,
    category=Category.PERFORMANCE,
    severity=Severity.NOTE,
    confidence=0.25,
    location=Location("-odd\n\x1b[31mname.py", Side.NEW, 1, 1),
    quote="[/bold] [link=http://evil]x[/link] :warning:",
    title="[red]Markup[/red] is text",
    message="[red]Markup[/red] is text",
    fingerprint=fingerprint("RB-PERFORMANCE", "odd", "x"),
)
_LINTED = Finding(
    rule="LINT-RUFF-F821",
    category=Category.CORRECTNESS,
    severity=Severity.ERROR,
    confidence=0.9,
    location=Location("shop/stock.py", Side.NEW, 9, 9),
    quote="return totl",
    title="Undefined name `totl`",
    message="Undefined name `totl`. So says ruff (F821), and the model takes it for a real defect.",
    fingerprint=fingerprint("LINT-RUFF-F821", "shop/stock.py", "return totl"),
    source=Source.LINTER,
)
_INJECTED = replace(
    _REMOVED,
    location=Location("shop/stock.py", Side.NEW, 11, 11),
    quote='db.execute(f"delete from stock where id = {key}")',
    title="SQL from a value",
    message="SQL from a value.",
    fingerprint=fingerprint("RB-SECURITY", "shop/stock.py", "db.execute"),
)
_KNOWN = replace(
    _ADDED,
    location=Location("shop/stock.py", Side.NEW, 6, 6),
    quote="return total / len(rows)",
    title="Division by zero where there are no rows",
    message="Division by zero where there are no rows.",
    fingerprint=fingerprint("RB-CORRECTNESS", "shop/stock.py", "return total"),
    suggestion=None,
)

FULL = Report(
    scope=Scope("range", "1111111111..2222222222", base="1" * 40, head="2" * 40),
    engine=EngineInfo(
        "ollama", "qwen2.5-coder:7b", "a" * 64, 8192, ("12 of 28 layers on the GPU",)
    ),
    findings=(_REMOVED, _LINTED, _ADDED, _NOTE),
    coverage=(
        FileCoverage("shop/größe & <co>.py", reviewed=7, old_path="shop/grösse.py"),
        FileCoverage("shop/stock.py", 10, 1, 4, "the reply was cut at its length limit"),
        FileCoverage("uv.lock", skipped=120, reason="lock file"),
        FileCoverage("caf\udce9.bin", reason="binary"),
        FileCoverage("-odd\n\x1b[31mname.py", reviewed=1),
    ),
    usage=Usage(4, 4100, 320, 2900, 0),
    timings=Timings(0.125, 2.5, 31.25, 34.0),
    connections=("127.0.0.1:11434",),
    problems=("the reply was cut at its length limit",),
    muted=(
        replace(_NOTE, muted=Mute("inline", "known, see the wiki", is_new=True)),
        replace(_INJECTED, muted=Mute("inline", "", is_new=True)),
        replace(_KNOWN, muted=Mute("baseline", "known from baseline.json")),
    ),
    baseline=Baseline("baseline.json", frozenset({_KNOWN.fingerprint})),
    notes=("shop/stock.py:7: `ignore` without a rule mutes nothing: write ignore[RULE]",),
    dropped=2,
    refuted={"advice": 1, "parses": 2},
    templates=(ReplacedTemplate("review_system.j2", "mine.j2", "0123456789ab"),),
    asked_with=AskedWith(Sampling(0.6, 7, top_p=0.95, top_k=20), "medium", "balanced"),
    linters=(
        LinterUse("ruff", "0.17.5", 2, hits=50, dropped=3, unjudged=1, left_out=10),
        LinterUse("shellcheck", "0.11.0.1", 1, left_to=".pre-commit-config.yaml"),
        LinterUse("oxlint", "1.89.0", 4, fault="it ran out of time"),
    ),
)
EMPTY = Report(Scope("staged", "the staged change"), engine=None, findings=(), coverage=())
