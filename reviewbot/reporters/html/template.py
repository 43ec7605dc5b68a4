"""The page's template, its style and its script.

What the template puts out is escaped for HTML (`autoescape`) and made plain (`finalize`) in one
place, so that no field can be forgotten. The Content-Security-Policy allows this style and this
script by their digests and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib import resources

import jinja2
from markupsafe import Markup, escape

from reviewbot import __version__
from reviewbot.plain import plain, plain_line, plain_path
from reviewbot.reporters import muted
from reviewbot.reporters.html.page import Page

# What `plain.py:inert` keeps from being a command of a log, and what a log makes a link of.
_COMMAND = re.compile(
    r"#(?=#)|(?<=section)_(?=start|end)|(?<=travis)_|^[:/]|(?<=\s):(?=:)|:(?=//)|(?<=\bwww)\.",
    re.MULTILINE,
)


def written(page: Page) -> Iterator[str]:
    """The page's text, in pieces."""
    yield from generated(
        environment(__package__).get_template("report.html.j2"),
        packaged("style.css"),
        packaged("page.js"),
        page=page,
        report=page.report,
        numbers=page.numbers,
        warnings=list(muted.warnings(page.report)),
        remarks=list(muted.remarks(page.report)),
    )


def environment(package: str) -> jinja2.Environment:
    """What renders templates of reviewbot's own that stand in a package."""
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: packaged(name, package)),
        autoescape=True,
        finalize=_plain,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"line": plain_line, "path": plain_path, "count": "{:,}".format}
    return made


def generated(
    template: jinja2.Template, style: str, script: str = "", **values: object
) -> Iterator[str]:
    """A page with its style and its script, of which nothing else is allowed."""
    yield from template.generate(
        **values,
        version=__version__,
        policy=Markup(_policy(style, script)),  # noqa: S704  (digests of our own files)
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
    )


def packaged(name: str, package: str = __package__) -> str:
    return (resources.files(package) / name).read_text(encoding="utf-8")


def _plain(value: object) -> object:
    """Text from outside without what a reader could not see; markup is the template's own. A page
    that is printed into a log commands its runner nothing: a browser reads the same."""
    if type(value) is not str:
        return value
    text = _COMMAND.sub(lambda found: f"&#{ord(found.group())};", str(escape(plain(value))))
    return Markup(text)  # noqa: S704  (escaped above)


def _policy(style: str, script: str) -> str:
    scripts = f" script-src '{_digest(script)}';" if script else ""
    return (
        f"default-src 'none'; style-src '{_digest(style)}';{scripts}"
        " base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
