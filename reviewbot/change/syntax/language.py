"""Which language a file is written in, by its name or the line that starts with `#!`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

LANGUAGES = {
    "bash": ".bash .sh",
    "c": ".c .h",
    "cpp": ".cc .cpp .cxx .hh .hpp .hxx .inl .ipp .tpp",
    "csharp": ".cs .csx",
    "go": ".go",
    "java": ".java",
    "javascript": ".cjs .js .jsx .mjs",
    "php": ".php .phtml",
    "python": ".py .pyi .pyw",
    "ruby": ".gemspec .rake .rb .ru",
    "rust": ".rs",
    "tsx": ".tsx",
    "typescript": ".cts .mts .ts",
}
_SUFFIXES = {
    suffix: language for language, suffixes in LANGUAGES.items() for suffix in suffixes.split()
}
_NAMES = {"Gemfile": "ruby", "Rakefile": "ruby", "Vagrantfile": "ruby"}
_INTERPRETERS = {
    "bash": "bash",
    "bun": "typescript",
    "dash": "bash",
    "deno": "typescript",
    "node": "javascript",
    "php": "php",
    "python": "python",
    "ruby": "ruby",
    "sh": "bash",
}
# What no C header can hold: these words begin a line of C++ only.
_CPP_HEADER = re.compile(r"^[ \t]*(?:class|namespace|template|using|public:|private:)\b", re.M)


def language_of(path: str, text: str) -> str | None:
    """
    >>> language_of("tools/run", "#!/usr/bin/env -S python3.12 -u\\n")
    'python'
    """
    name = PurePosixPath(path)
    language = _SUFFIXES.get(name.suffix.lower()) or _NAMES.get(name.name)
    if name.suffix == ".h" and _CPP_HEADER.search(text):
        return "cpp"
    if language is None and not name.suffix and text.startswith("#!"):
        return _interpreter(text.partition("\n")[0])
    return language


def _interpreter(line: str) -> str | None:
    """The language of the first word that names a program, `env` and its options passed over."""
    for word in line.removeprefix("#!").split():
        program = PurePosixPath(word).name.rstrip("0123456789.")
        if program != "env" and not word.startswith("-") and "=" not in word:
            return _INTERPRETERS.get(program)
    return None
