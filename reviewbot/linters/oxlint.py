"""oxlint, for JavaScript and TypeScript: ESLint's rules about certain mistakes, without Node.

Not heard, though it could be: unused names and style; `no-undef`, since what the page or Node
defines is not known here; syntax errors, since Flow and templates are no JavaScript.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from reviewbot.finding import Category, Severity
from reviewbot.linters.base import LIKELY, SETTINGS, SURE, Linter, Rule, Said, rules

_WRONG = Category.CORRECTNESS
_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: dict[str, Rule] = {
    # Throws when it is run.
    **rules("no-const-assign no-obj-calls no-new-native-nonconstructor", _WRONG, _ERROR, SURE),
    **rules("no-import-assign no-this-before-super constructor-super", _WRONG, _ERROR, SURE),
    **rules("no-invalid-regexp no-unsafe-optional-chaining", _WRONG, _ERROR, SURE),
    **rules("no-invalid-fetch-options", _WRONG, _ERROR, SURE),
    # Comparisons that are always true or always false.
    **rules("use-isnan valid-typeof no-compare-neg-zero no-unsafe-negation", _WRONG, _ERROR, SURE),
    **rules("no-constant-binary-expression no-self-compare", _WRONG, _WARNING, LIKELY),
    **rules("bad-char-at-comparison bad-comparison-sequence", _WRONG, _WARNING, LIKELY),
    **rules("bad-object-literal-comparison const-comparisons", _WRONG, _WARNING, LIKELY),
    **rules("bad-min-max-func erasing-op no-cond-assign", _WRONG, _WARNING, LIKELY),
    # The second of two is lost, or wins unnoticed.
    **rules("no-dupe-keys no-dupe-else-if no-duplicate-case", _WRONG, _WARNING, LIKELY),
    **rules("no-dupe-class-members no-duplicate-enum-values", _WRONG, _WARNING, LIKELY),
    **rules("no-self-assign no-func-assign no-class-assign", _WRONG, _WARNING, LIKELY),
    **rules("no-ex-assign no-global-assign", _WRONG, _WARNING, LIKELY),
    # A loop that runs away, an accessor without a value, an error that is made and not thrown.
    **rules("for-direction getter-return no-setter-return", _WRONG, _WARNING, LIKELY),
    **rules("missing-throw no-unsafe-finally", Category.ERROR_HANDLING, _WARNING, LIKELY),
    # Arguments that do something else.
    **rules("bad-array-method-on-arguments bad-replace-all-arg", _WRONG, _WARNING, LIKELY),
    **rules("number-arg-out-of-range uninvoked-array-callback", _WRONG, _WARNING, LIKELY),
    **rules("no-loss-of-precision no-sparse-arrays no-empty-pattern", _WRONG, _WARNING, LIKELY),
    # Rejections that are lost, listeners that stay.
    **rules(
        "no-async-promise-executor no-await-in-promise-methods",
        Category.CONCURRENCY,
        _WARNING,
        LIKELY,
    ),
    **rules("no-invalid-remove-event-listener", Category.RESOURCE, _WARNING, LIKELY),
    **rules("no-debugger", Category.MAINTAINABILITY, _NOTE, SURE),
}
# `eslint(no-dupe-keys)`, `typescript-eslint(no-duplicate-enum-values)`
_CODE = re.compile(r".*\(([\w/-]+)\)")


def _read(document: Any) -> Iterator[Said]:
    for item in document["diagnostics"]:
        if found := _CODE.fullmatch(item.get("code") or ""):
            # Of two places, the first is where the name was made, the last where it is misused.
            lines = (label["span"]["line"] for label in reversed(item["labels"]))
            file = item["filename"].rpartition("/")[2]
            yield Said(file, found[1], tuple(dict.fromkeys(lines)), item["message"])


OXLINT = Linter(
    name="oxlint",
    package="oxlint",
    suffixes={"javascript": ".jsx", "typescript": ".ts", "tsx": ".tsx"},
    command=(
        *("--config", SETTINGS, "--disable-nested-config", "--no-ignore"),
        *("--format", "json"),
    ),
    rules=RULES,
    read=_read,
    settings=json.dumps(
        {
            "plugins": ["eslint", "typescript", "unicorn", "oxc"],
            "categories": {"correctness": "off"},
            "rules": dict.fromkeys(RULES, "error"),
        }
    ),
)
