"""Names of Hugging Face's files: `owner/repo:Q4_K_M`, `hf.co/owner/repo:Q4_K_M` (as llama.cpp's
`-hf` and Ollama spell them) or `owner/repo:file.gguf`; and which files such a name means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reviewbot.errors import UsageError
from reviewbot.models.parts import count_of, stem_of

_NAME = re.compile(
    r"(?:(?:https://)?(?:hf\.co|huggingface\.co)/)?"
    r"([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?::([\w.-][\w./+-]*))?",
    re.ASCII,
)
# What a file's name ends with, where it names its quantisation.
_QUANTIZATION = re.compile(
    r"(?:^|[-._/])((?:UD-)?(?:I?Q\d\w*|TQ\d_\d|MXFP4\w*|BF16|FP?16|F32))$", re.IGNORECASE
)
_SUFFIX = ".gguf"
# The part of a model that reads pictures lies beside it, and is no model.
_PROJECTOR = "mmproj"
_SHOWN = 20
# What is offered in place of one that is not there.
_USUAL = "Q4_K_M"


@dataclass(frozen=True, slots=True)
class HubName:
    """`wanted` is a quantisation or a file; empty where the name has neither."""

    repo: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.repo}:{self.wanted}" if self.wanted else self.repo


def hub_name(text: str) -> HubName | None:
    """The name, if it can be one. What ends with `.gguf` and has no colon is a path."""
    found = _NAME.fullmatch(text)
    wanted = (found and found[2]) or ""
    if found is None or (not wanted and text.lower().endswith(_SUFFIX)):
        return None
    return HubName(found[1], wanted) if is_inside(wanted or "x") else None


def is_inside(path: str) -> bool:
    """Whether a path stays in the folder that it is relative to."""
    return all(part not in ("", ".", "..") for part in path.split("/"))


def models_among(paths: Iterable[str], wanted: str = "") -> dict[str, tuple[str, ...]]:
    """The models of a list of files that a name means, each with its parts in order."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        if path.lower().endswith(_SUFFIX) and _PROJECTOR not in path.lower():
            found.setdefault(stem_of(path), []).append(path)
    return {stem: tuple(parts) for stem, parts in found.items() if _is_meant(stem, wanted)}


def chosen(name: HubName, paths: Iterable[str]) -> tuple[str, ...]:
    """The files of the one model that is meant. Raises UsageError that says which there are."""
    paths = tuple(paths)
    found = models_among(paths, name.wanted)
    if len(found) != 1:
        there = _labels(tuple(found) or tuple(models_among(paths)))
        what = f"means several files of {name.repo}" if found else "is not there"
        if not there:
            raise UsageError(f"{name.repo} has no GGUF file", _another(name))
        usual = next((one for one in there if _USUAL in one.upper()), there[0])
        told = ", ".join(there[:_SHOWN]) + (", …" if len(there) > _SHOWN else "")
        raise UsageError(
            f"{name} {what}; there are: {told}", f"reviewbot models pull {name.repo}:{usual}"
        )
    ((stem, parts),) = found.items()
    if len(parts) != count_of(parts[0]):
        said = f"{name.repo} has {len(parts)} of {count_of(parts[0])} parts of {stem}"
        raise UsageError(said, _another(name))
    return parts


def _another(name: HubName) -> str:
    return f"look for another repository, whose name often ends with -GGUF: hf.co/{name.repo}"


def _is_meant(stem: str, wanted: str) -> bool:
    if wanted.lower().endswith(_SUFFIX):
        file = stem_of(wanted)
        return stem == file or stem.endswith(f"/{file}")
    # `K_M` is the end of a quantisation's name, not one.
    before = "[-._/]" if _QUANTIZATION.fullmatch(wanted) else "[-./]"
    pattern = rf"(?:.*{before})?{re.escape(wanted)}"
    return not wanted or re.fullmatch(pattern, stem, re.IGNORECASE) is not None


def _labels(stems: tuple[str, ...]) -> list[str]:
    """The quantisations of models; of several with the same one, and of one without, the file."""
    found = [match and match[1] for match in map(_QUANTIZATION.search, stems)]
    return [
        said if said and found.count(said) == 1 else f"{stem}{_SUFFIX}"
        for stem, said in zip(stems, found, strict=True)
    ]
