"""A list in JSON with comments grows, and nothing else changes. Node says what the text means:
its object literals are JSON with comments and trailing commas."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.setup.jsonc import appended, value_of
from tests.hooks.managers import tool

_ITEM = {"label": 'ours, with a ] and a "// quote"', "args": ["a"]}
_CASES = {
    "plain": '{"version": "2.0.0", "tasks": [{"label": "a"}]}',
    "comments": """// first, ] and "tasks": [
{
  // of the version
  "version": "2.0.0", /* here } */
  "tasks": [
    // before
    {
      "label": "a//b", // "beside"
      "problemMatcher": [], /* , */
    }, // behind the comma
    // last
  ], // after the list
  /* the end */
}
// and after
""",
    "no comma before a comment": '{\n\t"tasks": [\n\t\t{"label": "a"} // why\n\t]\n}\n',
    "empty": '{\n  "tasks": []\n}\n',
    "empty with a comment": '{"tasks": [ // none\n]}',
    "none": '{\n  // nothing yet\n  "version": "2.0.0"\n}\n',
    "nothing": "{}",
    "a list of that name further in": '{"inputs": {"tasks": [1]}, "x": [["tasks", [2]]], "tasks": [3]}',  # noqa: E501
    "other line breaks": '{\r\n  "tasks": [\r\n    {"label": "a"}\r\n  ]\r\n}\r\n',
    "a mark at the beginning": '\ufeff{"tasks": [1,]}',
}


def _by_node(text: str) -> Any:
    script = (
        "console.log(JSON.stringify(eval('(' + require('fs').readFileSync(0, 'utf8') + '\\n)')))"
    )
    text = text.removeprefix("\ufeff")
    done = subprocess.run(
        [tool("node"), "-e", script], input=text.encode(), capture_output=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", _CASES)
def test_the_list_grows_and_all_else_stays(name: str) -> None:
    before = _CASES[name]
    after = appended(before, "tasks", _ITEM)
    assert after is not None
    meant = _by_node(before)
    assert _by_node(after) == meant | {"tasks": [*meant.get("tasks", []), _ITEM]}
    kept = iter(after)
    assert all(character in kept for character in before), "something of the text is gone"


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"tasks": {}}', '{"tasks": [}', '{"tasks": "x"}', "{'tasks': []}"),
        *('{"tasks": [] /* never ends }', '{"tasks": [1,,]}', "{a: []}", "[" * 5000),
    ],
)
def test_what_is_no_such_text_is_left(text: str) -> None:
    assert appended(text, "tasks", _ITEM) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_FILLER = st.sampled_from(["", " ", "\n", "// a ] } , \n", "/* [ { , */", "\n\t"])


@given(st.lists(_JSON, max_size=3), st.lists(_FILLER, min_size=1), st.booleans())
def test_any_list_grows_between_any_comments(
    held: list[Any], filler: list[str], trailing: bool
) -> None:
    text = json.dumps({"version": "2.0.0", "tasks": held}, ensure_ascii=False)
    pieces = re.findall(r'"(?:[^"\\]|\\.)*"|[^"{}\[\],:]+|[{}\[\],:]', text)
    if trailing and held:
        pieces[-2:] = [",", *pieces[-2:]]
    dressed = "".join(p + filler[at % len(filler)] for at, p in enumerate(pieces))
    after = appended(dressed, "tasks", _ITEM)
    assert after is not None
    assert value_of(after) == {"version": "2.0.0", "tasks": [*held, _ITEM]}
    assert after.count("a ] } ,") == dressed.count("a ] } ,")
