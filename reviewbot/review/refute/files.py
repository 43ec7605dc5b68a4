"""The new text of the changed files, and what a parser proves of each: asked for once, and only
when a claim needs it."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from reviewbot.change.syntax.facts import Facts
from reviewbot.change.syntax.language import language_of
from reviewbot.change.syntax.parser import Parser


class Files:
    """Of a patch from outside there are no texts, and so no facts."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._parser = Parser()
        self._facts: dict[str, Facts | None] = {}

    def __enter__(self) -> Self:
        self._parser.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._parser.__exit__(kind, error, traceback)

    def text(self, path: str) -> str | None:
        return self._texts.get(path)

    def language(self, path: str) -> str | None:
        return language_of(path, self._texts.get(path, ""))

    def facts(self, path: str) -> Facts | None:
        """None where nothing is known, or the text has an error."""
        if path not in self._facts:
            text = self._texts.get(path)
            self._facts[path] = None if text is None else self._parser.facts(path, text)
        found = self._facts[path]
        return found if found and found.whole else None
