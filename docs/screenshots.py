"""Pictures of the terminal, from real runs: `make screenshots`.

Each command runs in a repository made for it, with an empty home, and what it prints becomes an SVG
under docs/terminal/; docs/screenshots.md shows those that are there. A review by the real model is
made with --model alone, since it takes a minute or more; the others need no model. The
pictures load nothing: rich's own form of them would fetch a font from another host.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from reviewbot.models.weights import models_folder

DOCS = Path(__file__).resolve().parent
FOLDER = DOCS / "terminal"
_COLUMNS = 110
_MODEL = ("--engine", "embedded", "--model", "qwen2.5-coder-1.5b")
_FORM = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_PAGE = """# In the terminal

<!-- made by `make screenshots` from real runs -->
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: what is typed, and what it shows. `files` are staged beside the demo's change."""

    name: str
    arguments: tuple[str, ...]
    shows: str
    files: tuple[tuple[str, str], ...] = ()
    is_demo: bool = False
    needs_model: bool = False

    @property
    def typed(self) -> str:
        return " ".join(("$ reviewbot", *(a for a in self.arguments if a not in _HIDDEN)))


# What makes a run repeatable, and would not be typed.
_HIDDEN = ("--color", "always", "--linters", "off")
_COLOUR = ("--color", "always")
_KEY = "AKIA" + "IOSFODNN7ABCDEFG"  # in two parts, so that no scanner trips over this file
SHOTS = (
    Shot(
        "review",
        ("review", *_MODEL, *_COLOUR),
        "The demo's change, with seven planted defects, reviewed by the small model.",
        is_demo=True,
        needs_model=True,
    ),
    Shot(
        "checks",
        ("review", "--engine", "embedded", "--fail-on", "error", *_COLOUR, "--linters", "off"),
        "What needs no model is found, and ends with exit code 1, also where no engine answers.",
        files=(("settings.py", f'KEY = "{_KEY}"\n<<<<<<< HEAD\nDEBUG = True\n'),),
    ),
    Shot("recommend", ("models", "recommend", "--vram", "8"), "A model for 8 GiB, reckoned."),
    Shot("privacy", ("doctor", "--privacy", *_COLOUR), "What could leave the machine."),
    Shot("help", ("--help",), "The commands."),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", action="store_true", help="run the real model, too")
    with_model = parser.parse_args().model
    FOLDER.mkdir(exist_ok=True)
    for shot in SHOTS:
        if with_model or not shot.needs_model:
            (FOLDER / f"{shot.name}.svg").write_text(picture(shot), encoding="utf-8")
    (DOCS / "screenshots.md").write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """docs/screenshots.md, of the pictures that are there."""
    shown = [shot for shot in SHOTS if (FOLDER / f"{shot.name}.svg").is_file()]
    rows = (f"\n{s.shows}\n\n![{s.typed}](terminal/{s.name}.svg)\n" for s in shown)
    return _PAGE + "".join(rows)


def picture(shot: Shot) -> str:
    """The SVG of a real run."""
    from rich.console import Console
    from rich.text import Text

    console = Console(
        record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="256"
    )
    console.print(Text(shot.typed, style="bold"))
    console.print(Text.from_ansi(run(shot)), soft_wrap=False)
    return console.export_svg(title="reviewbot", code_format=_FORM, unique_id=shot.name)


def run(shot: Shot) -> str:
    """What a command prints to a terminal of its own repository and home."""
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
        home, repository = Path(folder, "home"), Path(folder, "home", "shop")
        repository.mkdir(parents=True)
        _fill(repository, shot)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "reviewbot", *shot.arguments],
            cwd=repository,
            env=_environment(home, shot),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # progress
            text=True,
            check=False,
        )
    return done.stdout.replace(str(repository), "~/shop").replace(str(home), "~")


def _environment(home: Path, shot: Shot) -> dict[str, str]:
    """Nothing of the caller's but where programs are, and weights where a model is to run."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    places = {f"XDG_{name}_HOME": str(home / f".{name.lower()}") for name in ("CONFIG", "CACHE")}
    given = kept | places | {"HOME": str(home), "COLUMNS": str(_COLUMNS), "LANG": "C.UTF-8"}
    if shot.needs_model:
        folder = os.environ.get("REVIEWBOT_MODELS_DIR")
        given["REVIEWBOT_MODELS_DIR"] = str(models_folder(folder))
    return given


def _fill(repository: Path, shot: Shot) -> None:
    demo = _demo()
    if shot.is_demo:
        demo.make_repository(repository)
        return
    demo.git(repository, "init", "--quiet", "--template=")
    for name, text in shot.files:
        (repository / name).write_text(text, encoding="utf-8")
        demo.git(repository, "add", name)


def _demo() -> ModuleType:
    """The demo's own script, which is in no package."""
    spec = importlib.util.spec_from_file_location("demo", DOCS.parent / "demo" / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
