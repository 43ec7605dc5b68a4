from __future__ import annotations

import pytest

from tests.review.refute import chunk_of, judged

CHUNK = chunk_of(
    "a.c",
    """\
 void f(char *to, char *from) {
   audit(to);
   keep(to);
-  strcpy(to, from);
-  keep(from);
-  moved(to);
+  strlcpy(to, from, 8);
+  moved(to);
 }
""",
)


@pytest.mark.parametrize(
    ("quote", "message", "outcome"),
    [
        ("  strcpy(to, from);", "`strcpy(to, from)` overflows the buffer.", "removed"),
        ("  strcpy(to, from);", "The call to `strcpy` overflows the buffer.", "removed"),
        # it knows that the code is gone, or tells what it was good for
        ("  strcpy(to, from);", "`strcpy(to, from)` was replaced.", None),
        ("  strcpy(to, from);", "`strcpy(to, from)` no longer copies the whole name.", None),
        ("  keep(from);", "`keep(from)` rejects names that are too long.", None),
        ("  keep(from);", "`keep(from)` is the only check of the name.", None),
        ("  keep(from);", "Names that are too long are accepted.", None),
        ("  strlcpy(to, from, 8);", "`strlcpy` leaks the buffer.", None),
        ("  strlcpy(to, from, 8);", "The call to `audit(to)` was removed.", "kept"),
        ("  strlcpy(to, from, 8);", "`audit(to)` が削除されています。", "kept"),
        ("  strlcpy(to, from, 8);", "`audit(to)` 已被删除。", "kept"),
        ("  strlcpy(to, from, 8);", "The call to `keep(from)` was removed.", None),
        ("  strlcpy(to, from, 8);", "The call to `moved(to)` was removed.", None),
        ("  strlcpy(to, from, 8);", "The call to `other(to)` was removed.", None),
    ],
)
def test_a_claim_is_held_against_both_sides(quote: str, message: str, outcome: str | None) -> None:
    assert judged(CHUNK, quote, message) == outcome
