"""JSON and XML that say the same and are no command of a log."""

from __future__ import annotations

import json
import re
import unicodedata
from xml.etree import ElementTree as ET

from hypothesis import given

from reviewbot.reporters.written import json_text, xml_text
from tests.reporters.saying import WORDS
from tests.reporters.test_checkstyle import xml_reads

_OBEYED = re.compile(r"##\w*\[|section_(?:start|end):|^\s*::|^/[a-z]", re.MULTILINE | re.IGNORECASE)


@given(WORDS)
def test_json_says_the_same_and_is_one_visible_line(words: str) -> None:
    text = json_text({words: [words]})
    assert json.loads(text) == {words: [words]}
    assert not _OBEYED.search(text)
    assert not {unicodedata.category(c) for c in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(WORDS)
def test_xml_says_the_same(words: str) -> None:
    root = ET.Element("a", said=words)
    root.text = f"x{words}"
    text = xml_text(root)
    assert not _OBEYED.search(text)
    found = ET.fromstring(text)
    assert found.attrib["said"] == xml_reads(words)
    assert found.text == re.sub(r"\r\n?", "\n", f"x{xml_reads(words)}")
