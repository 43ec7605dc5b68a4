r"""Documents as text that is safe in a log, too.

Whoever reads a log obeys words like `##[error]` wherever they stand (`plain.py`). In JSON and in
XML each character can be written in another way and still be the same, so nothing is changed:

>>> json_text({"a": "##[error]"})
'{"a": "\\u0023#[error]"}'
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any
from xml.etree import ElementTree as ET

_MARKS = r"#(?=#)|(?<=section)_(?=start:|end:)|(?<=travis)_(?=fold:|time:)"
_JSON_COMMAND = re.compile(_MARKS, re.IGNORECASE)
# In XML a text may have several lines, so what is obeyed at the beginning of one counts as well.
_XML_COMMAND = re.compile(rf"{_MARKS}|:(?=:)|^/(?=[a-z])", re.MULTILINE | re.IGNORECASE)
# XML 1.0 (§2.2) has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def json_text(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON. What a terminal obeys or hides is written as an escape."""
    return json_in_log(json.dumps(value, ensure_ascii=False, indent=indent))


def json_in_log(text: str) -> str:
    """A JSON text that says the same and is no command."""
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        text = "".join(map(_visible, text))
    return _JSON_COMMAND.sub(lambda found: _escaped(found.group()), text)


def xml_text(root: ET.Element) -> str:
    """An XML document. Characters that XML cannot hold are left out of it."""
    for element in root.iter():
        element.text = element.text and _NOT_XML.sub("", element.text)
        for name, value in element.attrib.items():
            element.set(name, _NOT_XML.sub("", value))
    ET.indent(root)
    body = _XML_COMMAND.sub(_reference, ET.tostring(root, "unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found.group())};"


def _visible(character: str) -> str:
    if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return _escaped(character)
    return character


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
