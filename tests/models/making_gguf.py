"""Small GGUF files, made by hand; the format is ggml's docs/gguf.md."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_ALIGNMENT = 32
_F32 = 0


def gguf_file(
    facts: Mapping[str, object],
    tensors: Mapping[str, tuple[tuple[int, int], Sequence[float]]] | None = None,
    extra: Sequence[bytes] = (),
) -> bytes:
    """A file with these keys and F32 tensors, each a shape (the row's length first) and values;
    `extra` are entries that are bytes already."""
    tensors = tensors or {}
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(facts) + len(extra))
    head += b"".join(_text(key) + _value(value) for key, value in facts.items()) + b"".join(extra)
    data = b""
    for name, (shape, values) in tensors.items():
        head += _text(name) + struct.pack("<IQQIQ", len(shape), *shape, _F32, len(data))
        data += _padded(struct.pack(f"<{len(values)}f", *values))
    return (_padded(head) + data) if tensors else head


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: object) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<Ii", 5, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, list):
        kind, items = 5, [_value(item) for item in value]
        if items:
            (kind,) = struct.unpack("<I", items[0][:4])
        return struct.pack("<IIQ", 9, kind, len(items)) + b"".join(item[4:] for item in items)
    return struct.pack("<I", 8) + _text(str(value))
