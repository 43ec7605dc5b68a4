"""A rule of a team, and which files it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from reviewbot.change.syntax.language import language_of
from reviewbot.finding import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """`text` is what a model is told, on one line and without secrets. Without globs a rule is
    about any file, without languages about any language; with both, a file must fit both."""

    name: str
    text: str
    severity: Severity = Severity.WARNING
    globs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def is_about(self, path: str) -> bool:
        fits = not self.globs or any(matches(path, glob) for glob in self.globs)
        return fits and (not self.languages or language_of(path, "") in self.languages)


def rules_about(path: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules of a file, the most severe first."""
    about = (rule for rule in rules if rule.is_about(path))
    return tuple(sorted(about, key=lambda rule: (-rule.severity.rank, rule.name)))


def matches(path: str, glob: str) -> bool:
    """Whether a path from the top of the repository fits a glob: `*` within a name, `**` for any
    folders. One without a slash is about names in any folder, one that ends in a slash about all
    that the folder holds.

    >>> matches("src/api/views.py", "src/**/*.py"), matches("src/a.py", "src/**/*.py")
    (True, True)
    >>> matches("src/api/views.py", "*.py"), matches("src/api/views.py", "src/*.py")
    (True, False)
    >>> matches("src/api/views.py", "src/")
    True
    """
    pieces = glob.split("/") if "/" in glob else ["**", glob]
    if pieces[-1] == "":
        pieces[-1] = "**"
    return _fits(path.split("/"), pieces[1:] if pieces[0] == "" else pieces)


def _fits(names: Sequence[str], pieces: Sequence[str]) -> bool:
    """Every place in the path that the pieces so far can lead to is kept, so the work is bounded
    by their product, whatever a glob is made of."""
    places = {0}
    for piece in pieces:
        if piece == "**":
            places = set(range(min(places), len(names) + 1)) if places else places
        else:
            places = {at + 1 for at in places if at < len(names) and fnmatchcase(names[at], piece)}
    return len(names) in places
