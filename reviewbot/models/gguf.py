"""What the head of a GGUF file says of its model: enough to know how much memory it will take.

The format is ggml's docs/gguf.md: magic, version, two counts, then keys with typed values. Only the
first MiB is read, whatever the file claims: converters write what is needed here before the
tokenizer's long lists (seen in files of llama.cpp's converter). A file may be hostile, so each
length is held against what is left of that MiB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.models.card import Shape

_HEAD = 1 << 20
_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q"}
_NUMBERS[12] = "d"
# A file may nest lists as deep as it likes; no model does at all.
_MOST_NESTED = 4

# Keys of models whose cache does not grow with each layer and token: sliding windows, latent
# attention, state spaces. The formula is an upper bound for them.
_SMALLER_CACHE = ("sliding_window", "kv_lora_rank", "full_attention_interval", "ssm.")

Value = int | float | str | tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Header:
    """`context` is the trained window in tokens. `shape_is_bound`: the cache may be smaller.
    `kind` is `general.type`: `model` or `adapter`; `tensors` is their number. What the file does
    not say is None."""

    architecture: str
    kind: str
    context: int | None = None
    shape: Shape | None = None
    shape_is_bound: bool = False
    tensors: int = 0


class NotGgufError(Exception):
    """A file of another format, or one whose head is broken."""


def read_header(path: Path) -> Header:
    """Raises NotGgufError, OSError."""
    with path.open("rb") as file:
        head = _Head(file.read(_HEAD))
    facts: dict[str, Value] = {}
    magic, version, tensors, keys = head.unpack("4sIQQ")
    if magic != _MAGIC or version not in _VERSIONS:
        raise NotGgufError("the file is no GGUF")
    with suppress(_EndOfHeadError):  # what was read before it counts
        facts.update(head.entries(int(keys)))
    return replace(_header(facts), tensors=int(tensors))


class _EndOfHeadError(Exception):
    """A value reaches past what was read."""


class _Head:
    """Reads one value after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def unpack(self, form: str) -> tuple[bytes | int, ...]:
        try:
            found = struct.unpack_from(f"<{form}", self._data, self._at)
        except struct.error:
            raise NotGgufError("the head of the file is cut short") from None
        self._at += struct.calcsize(f"<{form}")
        return found

    def entries(self, count: int) -> Iterator[tuple[str, Value]]:
        """The keys with their values, up to the tokenizer's."""
        for _ in range(count):
            key = self._text()
            if key.startswith("tokenizer."):
                return
            yield key, self._value(self._number("I"))

    def _value(self, kind: int, depth: int = 0) -> Value:
        if kind in _NUMBERS:
            return self._number(_NUMBERS[kind])
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY or depth == _MOST_NESTED:
            raise NotGgufError(f"the head of the file holds a value of the unknown type {kind}")
        of, length = self._number("I"), self._number("Q")
        self._check(length)  # each element takes a byte or more
        return tuple(self._value(of, depth + 1) for _ in range(length))

    def _text(self) -> str:
        length = self._number("Q")
        self._check(length)
        self._at += length
        return self._data[self._at - length : self._at].decode("utf-8", "replace")

    def _number(self, form: str) -> int:
        self._check(struct.calcsize(f"<{form}"))
        (found,) = self.unpack(form)
        return found  # type: ignore[return-value]

    def _check(self, length: int) -> None:
        if length > len(self._data) - self._at:
            raise _EndOfHeadError


def _header(facts: dict[str, Value]) -> Header:
    name = str(facts.get("general.architecture") or "")
    own = {key.removeprefix(f"{name}."): value for key, value in facts.items()}
    return Header(
        name,
        str(facts.get("general.type") or "model"),
        _count(own.get("context_length")),
        _shape(own),
        any(key.removeprefix("attention.").startswith(_SMALLER_CACHE) for key in own),
    )


def _shape(own: dict[str, Value]) -> Shape | None:
    """None where a number is missing. As in llama.cpp (llama-model.cpp): without KV heads of its
    own a model has one for each head, without a key length its width is divided among the heads.
    Layers that differ tell a number each; their sum stands for one layer then."""
    layers, width = _count(own.get("block_count")), _count(own.get("embedding_length"))
    heads = own.get("attention.head_count")
    kv_heads = own.get("attention.head_count_kv", heads)
    one = max(_counts(heads), default=0)
    if not (layers and width and one and _counts(kv_heads)):
        return None
    size = width // one
    keys = _count(own.get("attention.key_length")) or size
    values = _count(own.get("attention.value_length")) or size
    if isinstance(kv_heads, tuple):
        return Shape(1, sum(_counts(kv_heads)), keys, values)
    return Shape(layers, _counts(kv_heads)[0], keys, values)


def _counts(value: Value | None) -> list[int]:
    values = value if isinstance(value, tuple) else (value,)
    return [count for one in values if (count := _count(one))]


def _count(value: Value | None) -> int | None:
    return value if type(value) is int and value > 0 else None
