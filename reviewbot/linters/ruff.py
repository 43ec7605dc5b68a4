"""ruff, for Python: what pyflakes, bugbear, pylint's errors and bandit find, in some 10 ms.

bandit itself is left out: it takes 350 ms to start, and ruff has its rules as `S`.

Not heard, though it could be: unused imports and variables (F401, F841), which harm nobody;
S101, S110, B904 and the like, which are habits; S105 to S107, since secrets are found by
`change/secrets`; S301, S324 and S603, which are wrong far more often than right; PLE0303, which
takes `-(-n // size)`, a division rounded up, for a negative length.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reviewbot.finding import Category, Severity
from reviewbot.linters.base import LIKELY, POSSIBLE, SURE, Linter, Rule, Said, rules, span

_WRONG, _SAFETY, _TASKS = Category.CORRECTNESS, Category.SECURITY, Category.CONCURRENCY
_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

# Families are selected, and single rules taken from what comes: ruff refuses a run that names a
# rule which it no longer has.
_FAMILIES = "F,B,PLE,PLW,PLR0124,RUF,ASYNC,S"
_SYNTAX = "invalid-syntax"

RULES: dict[str, Rule] = {
    # No Python reads it.
    **rules(_SYNTAX, _WRONG, _ERROR, SURE),
    **rules("F621 F622 F701 F702 F704 F706 F707 PLE0115 PLE0117 PLE0118", _WRONG, _ERROR, SURE),
    **rules("PLE1132 PLE1142 PLE1700", _WRONG, _ERROR, SURE),
    # A name that nothing defines, or not yet: NameError.
    **rules("F821 F822 F823", _WRONG, _ERROR, SURE),
    # A format that does not go with its values raises, or prints something else.
    **rules("F501 F502 F503 F505 F506 F507 F508 F509 F521 F524 F525", _WRONG, _ERROR, SURE),
    **rules("PLE1205 PLE1206 PLE1300 PLE1307", _WRONG, _ERROR, SURE),
    **rules("F504 F522 F523", _WRONG, _WARNING, LIKELY),
    # Checks that are always true, always false, or of no effect.
    **rules("F631 F632 F634 B015 PLW0129 PLW0133 PLW0177 PLR0124", _WRONG, _WARNING, LIKELY),
    **rules("B022 B029 B030 PLW0711 PLW2101 RUF018 RUF040", _WRONG, _WARNING, LIKELY),
    # The second of two wins, unnoticed.
    **rules("F601 F602 F811 B025 B035 PLW0127 PLW0128", _WRONG, _WARNING, LIKELY),
    # Raises, or another thing is raised, than is written there.
    **rules("F633 F901 B016 PLE0704 PLE0643 RUF016 PLE0605 PLE0604", _WRONG, _ERROR, SURE),
    **rules("PLE0100 PLE0101 PLE0302 PLE0304 PLE0305 PLE0307", _WRONG, _ERROR, LIKELY),
    **rules("PLE0308 PLE0309 PLE1507 PLW1508 PLW1501", _WRONG, _ERROR, LIKELY),
    # State that is shared by mistake: one default, one variable for all turns of a loop.
    **rules("B006 B039 RUF008 RUF024", _WRONG, _WARNING, LIKELY),
    **rules("B020 B023 B031", _WRONG, _WARNING, LIKELY),
    # Another meaning than it reads: `++n`, `x: 3`, `"abc".strip("ab")`, an f-string as docstring.
    **rules("B002 B003 B005 B021 B032 PLE1310 PLE1519 PLE1520", _WRONG, _WARNING, LIKELY),
    # `return` in `finally` swallows what was raised.
    **rules("B012", Category.ERROR_HANDLING, _WARNING, LIKELY),
    # A task that the collector may end, and calls that stop the whole event loop.
    **rules("RUF006 ASYNC100 ASYNC105", _TASKS, _WARNING, LIKELY),
    **rules("ASYNC210 ASYNC212 ASYNC220 ASYNC221 ASYNC222 ASYNC251", _TASKS, _WARNING, LIKELY),
    # Waits for ever for a server that does not answer.
    **rules("S113", Category.RESOURCE, _WARNING, LIKELY),
    # Checks of certificates and host keys that are off; formats that run code.
    **rules("S323 S501 S502 S503 S504 S506 S507 S508 S612", _SAFETY, _ERROR, LIKELY),
    **rules("S201 S202 S306 S505 S701 S702", _SAFETY, _WARNING, LIKELY),
    # Text that is run: an injection where any of it comes from outside.
    **rules("S102 S307 S602 S604 S605 S608 S609", _SAFETY, _WARNING, POSSIBLE),
}
# What S602 and S605 say of a command that is all there in the source.
_HARMLESS = "seems safe"


def _read(document: Any) -> Iterator[Said]:
    broken: set[str] = set()
    for item in document:
        file, code = item["filename"].rpartition("/")[2], item["code"] or _SYNTAX
        if (code == _SYNTAX and file in broken) or _HARMLESS in item["message"]:
            continue  # what follows a syntax error is mostly its echo
        if code == _SYNTAX:
            broken.add(file)
        lines = span(item["location"]["row"], item["end_location"]["row"])
        yield Said(file, code, lines, item["message"])


RUFF = Linter(
    name="ruff",
    package="ruff",
    suffixes={"python": ".py"},
    # The newest Python: what is too new for an older one is not a defect that can be known here.
    command=(
        *("check", "--isolated", "--no-cache", "--no-fix", "--exit-zero"),
        *("--target-version", "py313", "--select", _FAMILIES, "--output-format", "json"),
    ),
    rules=RULES,
    read=_read,
)
