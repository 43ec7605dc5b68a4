"""Serves the files of a shop's theme: templates, style sheets and images."""

from pathlib import Path

ALLOWED_SUFFIXES = {".css", ".html", ".js", ".json", ".png", ".svg"}


class ThemeFileError(Exception):
    """A theme file was asked for that cannot be served."""


class ThemeFiles:
    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def _locate(self, name: str) -> Path:
        """Themes may have folders now, so a name is resolved first and judged afterwards."""
        target = self._root.joinpath(name).resolve()
        if not target.is_relative_to(self._root):
            raise ThemeFileError(f"outside of the theme: {name}")
        if target.suffix not in ALLOWED_SUFFIXES:
            raise ThemeFileError(f"not a kind of file that is served: {name}")
        return target

    def read(self, name: str) -> bytes:
        target = self._locate(name)
        try:
            return target.read_bytes()
        except FileNotFoundError:
            raise ThemeFileError(f"no such file: {name}") from None

    def names(self) -> list[str]:
        files = (path for path in self._root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in files)
