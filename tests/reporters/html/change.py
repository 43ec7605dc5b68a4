"""A change with findings in every place, and text that tries to be more than text."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.changeset import FileChange, Hunk, Line, LineKind
from reviewbot.finding import Category, Finding, Location, Mute, Severity, Side
from reviewbot.report import FileCoverage, Report
from tests.data.reports import FULL

HOSTILE = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "javascript:window.pwned=1",
    "</script><script>window.pwned=1</script>",
    "</style></title></textarea></pre>--><svg onload=window.pwned=1>",
    "\"' onfocus=window.pwned=1 autofocus x=\"'",
    "{{ 7*7 }}{% raw %}{# x #}${7*7}",
    "<iframe src=http://127.0.0.1:9/></iframe><link rel=stylesheet href=//127.0.0.1:9/x.css>",
    "<meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>",
    "a\x1b[31m\x00\u202eb\u2028c\udce9\x9b",
)


def context(text: str, old: int, new: int) -> Line:
    return Line(LineKind.CONTEXT, text, old, new)


def added(text: str, new: int) -> Line:
    return Line(LineKind.ADDED, text, None, new)


def removed(text: str, old: int) -> Line:
    return Line(LineKind.REMOVED, text, old, None)


def finding(path: str, line: int, title: str = "A claim", **other: object) -> Finding:
    made = Finding(
        rule=Category.CORRECTNESS.rule,
        category=Category.CORRECTNESS,
        severity=Severity.WARNING,
        confidence=0.5,
        location=Location(path, Side.NEW, line, line),
        quote="quoted",
        title=title,
        message=f"{title}: so it is said",
        fingerprint="f",
    )
    return replace(made, **other)  # type: ignore[arg-type]


def file_of(path: str, *lines: Line, header: str = "def f():") -> FileChange:
    kinds = [line.kind for line in lines]
    hunk = Hunk(lines[0].old_no or 1, lines[0].new_no or 1, lines, header)
    return FileChange(
        path,
        path,
        "M",
        (hunk,),
        kinds.count(LineKind.ADDED),
        kinds.count(LineKind.REMOVED),
    )


def large_change(lines: int, text: str) -> tuple[FileChange, ...]:
    """Files of 50 added lines."""
    return tuple(
        file_of(f"src/{number}.py", *(added(text, at) for at in range(1, 51)))
        for number in range(lines // 50)
    )


ORDERS = file_of(
    "shop/orders.py",
    context("def order_of(user, number):", 10, 10),
    context("    order = find(number)", 11, 11),
    removed("    if not user.may(order):", 12),
    removed("        raise Forbidden", 13),
    added("\treturn order  # <b>&amp;", 12),
    context("", 14, 13),
)
STOCK = file_of(
    "shop/stock.py", *(added(f"row_{number} = {number}", number) for number in range(1, 9))
)
QUIET = file_of("shop/quiet.py", added("x = 1", 1))

GONE = finding(
    "shop/orders.py",
    12,
    "The check is gone",
    severity=Severity.ERROR,
    location=Location("shop/orders.py", Side.OLD, 12, 12, (12, 13)),
)
STEP = finding("shop/stock.py", 3, "One step too far", suggestion="row_3 = 2")
NAME = finding("shop/stock.py", 5, "A poor name", severity=Severity.NOTE)
LOOSE = finding("uv.lock", 7, "A secret in a lock file", rule="RB-SECRET")
MUTED = finding("shop/stock.py", 8, "Known", muted=Mute("inline", "see the wiki", is_new=True))

CHANGE = replace(
    FULL,
    files=(ORDERS, STOCK, QUIET),
    findings=(GONE, STEP, LOOSE, NAME),
    muted=(MUTED,),
    coverage=(
        FileCoverage("shop/orders.py", 3, old_path="shop/order.py"),
        FileCoverage("shop/stock.py", 4, 0, 4, "the reply was cut at its length limit"),
        FileCoverage("shop/quiet.py", 1),
        FileCoverage("uv.lock", skipped=120, reason="lock file"),
    ),
)


def hostile() -> Report:
    """Each text of `HOSTILE` wherever a report has text from outside."""
    files, findings = [], []
    for number, text in enumerate(HOSTILE):
        path = f"{number}/{text}"
        files.append(file_of(path, added(text, 1), header=text))
        places = (Location(path, Side.NEW, 1, 1), Location(f"gone/{path}", Side.NEW, 9, 9))
        for at in places:
            told = finding(
                path, 1, text, quote=text, message=text + "!", suggestion=text, location=at
            )
            findings += [told, replace(told, muted=Mute("baseline", text))]
    engine = FULL.engine
    assert engine is not None
    return replace(
        FULL,
        scope=replace(FULL.scope, label=" ".join(HOSTILE)),
        engine=replace(engine, model=HOSTILE[0], notes=HOSTILE, digest=HOSTILE[1]),
        files=tuple(files),
        findings=tuple(one for one in findings if one.muted is None),
        muted=tuple(one for one in findings if one.muted is not None),
        coverage=tuple(
            FileCoverage(f"{at}/{text}", failed=1, reason=text, left_out=(text,), old_path=text)
            for at, text in enumerate(HOSTILE)
        ),
        problems=HOSTILE,
        connections=HOSTILE,
    )
