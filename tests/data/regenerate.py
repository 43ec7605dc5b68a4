"""Write the golden files anew: `python -m tests.data.regenerate`. Read the difference before you
commit it: it is what users and their tools will see."""

from __future__ import annotations

import io
from pathlib import Path

from reviewbot import __version__
from reviewbot.changeset import Line, LineKind
from reviewbot.models.catalog import family_of
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import Renderer
from reviewbot.report import Report
from reviewbot.reporters import reporter
from reviewbot.settings import FormatName
from tests.data.reports import EMPTY, FULL

FOLDER = Path(__file__).resolve().parent
FORMATS: tuple[tuple[FormatName, bool, str], ...] = (
    ("text", False, "txt"),
    ("text", True, "color.txt"),
    ("json", False, "json"),
    ("jsonl", False, "jsonl"),
    ("sarif", False, "sarif"),
    ("gitlab", False, "gitlab.json"),
    ("github", False, "github.txt"),
    ("rdjson", False, "rdjson"),
    ("rdjsonl", False, "rdjsonl"),
    ("junit", False, "junit.xml"),
    ("checkstyle", False, "checkstyle.xml"),
    ("markdown", False, "md"),
    ("html", False, "html"),
)
# The release is in the JSON report; a golden file of every release would be noise.
VERSION = "0.0.0"


def golden() -> dict[str, str]:
    """The golden files' contents by name."""
    return {
        f"{name}.{suffix}": written(report, format_name, color=color)
        for name, report in (("full", FULL), ("empty", EMPTY))
        for format_name, color, suffix in FORMATS
    }


def written(report: Report, format_name: FormatName, *, color: bool = False) -> str:
    stream = io.StringIO()
    reporter(format_name, color=color)(report, stream)
    text = stream.getvalue().replace(f'"version": "{__version__}"', f'"version": "{VERSION}"')
    return text.replace(f"reviewbot {__version__}", f"reviewbot {VERSION}")


def r1_prompt() -> str:
    """All that DeepSeek-R1 is told about one chunk, in its one turn."""
    family = family_of("deepseek-r1:7b")
    lines = (
        Line(LineKind.CONTEXT, "def half(x):", 1, 1),
        Line(LineKind.REMOVED, "    return x / 2", 2, None),
        Line(LineKind.ADDED, "    return x / 0", None, 2),
    )
    prompt = Renderer(family.layout, family.sampling, family.think).review(
        Chunk("half.py", "def half(x):", lines)
    )
    (message,) = prompt.messages
    return f"{message.role}\n{message.content}\n"


def main() -> None:
    (FOLDER / "r1_prompt.txt").write_text(r1_prompt(), encoding="utf-8")
    for name, content in golden().items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
