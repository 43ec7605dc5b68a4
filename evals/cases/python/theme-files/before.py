"""Serves the files of a shop's theme: templates, style sheets and images."""

from pathlib import Path

ALLOWED_SUFFIXES = {".css", ".html", ".js", ".json", ".png", ".svg"}


class ThemeFileError(Exception):
    """A theme file was asked for that cannot be served."""


class ThemeFiles:
    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def read(self, name: str) -> bytes:
        if "/" in name or name.startswith("."):
            raise ThemeFileError(f"not a plain file name: {name}")
        target = self._root / name
        if target.suffix not in ALLOWED_SUFFIXES:
            raise ThemeFileError(f"not a kind of file that is served: {name}")
        try:
            return target.read_bytes()
        except FileNotFoundError:
            raise ThemeFileError(f"no such file: {name}") from None

    def names(self) -> list[str]:
        return sorted(path.name for path in self._root.iterdir() if path.is_file())
