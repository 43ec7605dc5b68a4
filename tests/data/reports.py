"""One report that has everything a reporter must be able to say, and an empty one."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.changeset import FileChange, Hunk, Line, LineKind, Scope
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

_SHOP = "shop/größe & <co>.py"
_ODD = "-odd\n\x1b[31mname.py"


def patch_hunk(old: int, new: int, *lines: str) -> Hunk:
    """Lines as a patch has them, numbered from the old and the new one on."""
    made = []
    for line in lines:
        kind = LineKind(line[0])
        added, removed = kind is LineKind.ADDED, kind is LineKind.REMOVED
        made.append(Line(kind, line[1:], None if added else old, None if removed else new))
        old, new = old + (not added), new + (not removed)
    return Hunk(made[0].old_no or 1, made[0].new_no or 1, tuple(made))


_FILES = (
    FileChange(
        _SHOP,
        "shop/grösse.py",
        "R",
        (
            patch_hunk(
                11,
                10,
                " def show(user, order):",
                "     order = orders[order]",
                "-    if not user.may(order):",
                "-        raise Forbidden",
                "     return order  # 注文を返す\x1b[31m",
            ),
        ),
    ),
    FileChange(
        "shop/stock.py",
        "shop/stock.py",
        "M",
        (
            patch_hunk(
                1,
                1,
                " def total(rows):",
                "     total = 0",
                "-    for i in range(len(rows)):",
                "-        total += rows[i]",
                "+    for i in range(len(rows) + 1):",
                '+\ttotal += rows[i]  # ]]> & "quoted" 合計を足す \U0001f9ee',
                "     return total",
                " ",
                " ",
                "+def twice(rows):",
                "+    return totl",
                "+",
                '+db.execute(f"delete from stock where id = {key}")',
            ),
            patch_hunk(
                30,
                32,
                "+```",
                "+/approve",
                "+<b>@everyone</b> ![x](http://evil.example/x.png)",
                *(f"+long = {number}" for number in range(20)),
                f"+{'x' * 1200}",
                "+key = '[secret]'",
            ),
        ),
    ),
    FileChange(
        _ODD, _ODD, "A", (patch_hunk(0, 1, "+[/bold] [link=http://evil]x[/link] :warning:"),), 1
    ),
)

_REMOVED = Finding(
    rule=Category.SECURITY.rule,
    category=Category.SECURITY,
    severity=Severity.ERROR,
    confidence=0.5,
    location=Location(_SHOP, Side.OLD, 12, 12, (13, 14)),
    quote="    if not user.may(order):\n        raise Forbidden",
    title="The check is gone",
    message="The check is gone: any user can now read the order of any other, because the only"
    " place that asked for the right to do so was removed. 誰でも読めます。",
    fingerprint=fingerprint("RB-SECURITY", _SHOP, "if not user.may(order):"),
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
    location=Location(_ODD, Side.NEW, 1, 1),
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
# All that a host could obey, or read as its own markup, in words that a model may choose.
_HOSTILE = Finding(
    rule=Category.MAINTAINABILITY.rule,
    category=Category.MAINTAINABILITY,
    severity=Severity.WARNING,
    confidence=0.5,
    location=Location("shop/stock.py", Side.NEW, 32, 54),
    quote="```\n/approve\n<b>@everyone</b> ![x](http://evil.example/x.png)",
    title="/approve @everyone ![x](https://evil.example/x.png) 50%, a::b ##[error]x",
    message="/approve @everyone #12 !3 &4 GH-5 0123abc [click](https://evil.example) <b>x</b> &lt;"
    " ![x](//evil.example/x.png) ::error file=a.py,line=1::owned%0A ##vso[task.complete] ]]> <!--"
    " section_start:1:x `@code #1` ```" + " very long" * 80,
    fingerprint=fingerprint("RB-MAINTAINABILITY", "shop/stock.py", "/approve"),
    suggestion="````\n/merge\n]]>\n<script>alert('@everyone')</script>",
)
_SECRET = Finding(
    rule="RB-SECRET",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    confidence=0.95,
    location=Location("shop/stock.py", Side.NEW, 56, 56),
    quote="key = '[secret]'",
    title="Secret in the change: aws-access-token",
    message="This looks like a secret (rule aws-access-token).",
    fingerprint=fingerprint("RB-SECRET", "shop/stock.py", "key = '[secret]'"),
    source=Source.CHECK,
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
    location=Location("shop/stock.py", Side.NEW, 8, 8),
    quote="def twice(rows):",
    title="It does not return twice the total",
    message="It does not return twice the total.",
    fingerprint=fingerprint("RB-CORRECTNESS", "shop/stock.py", "def twice(rows):"),
    suggestion=None,
)

FULL = Report(
    scope=Scope("range", "1111111111..2222222222", base="1" * 40, head="2" * 40),
    engine=EngineInfo(
        "ollama", "qwen2.5-coder:7b", "a" * 64, 8192, ("12 of 28 layers on the GPU",)
    ),
    findings=(_REMOVED, _LINTED, _SECRET, _ADDED, _HOSTILE, _NOTE),
    coverage=(
        FileCoverage(_SHOP, reviewed=7, old_path="shop/grösse.py"),
        FileCoverage("shop/stock.py", 10, 1, 4, "the reply was cut at its length limit"),
        FileCoverage("uv.lock", skipped=120, reason="lock file"),
        FileCoverage("caf\udce9.bin", reason="binary"),
        FileCoverage(_ODD, reviewed=1),
    ),
    usage=Usage(4, 4100, 320, 2900, 0),
    timings=Timings(0.125, 2.5, 31.25, 34.0),
    connections=("127.0.0.1:11434",),
    problems=("the reply was cut at its length limit",),
    muted=(
        replace(_NOTE, muted=Mute("inline", "known, see the wiki", is_new=True)),
        replace(_INJECTED, muted=Mute("inline", "", is_new=True)),
        replace(_KNOWN, muted=Mute("baseline", "accepted in 2025: ]]>")),
        replace(_REMOVED, fingerprint="2" * 32, muted=Mute("confidence", "below 0.9")),
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
    files=_FILES,
)
EMPTY = Report(Scope("staged", "the staged change"), engine=None, findings=(), coverage=())
