"""Where the embedded engine holds the model's layers. With a GPU it was not tried."""

from __future__ import annotations

import sys

from reviewbot.doctor.check import Check, ok
from reviewbot.models.hardware import Run

# Its own words for devices: CPU, GPU, IGPU and others.
_DEVICES = (
    "import xllamacpp\n"
    "for d in xllamacpp.get_device_info(): print(d['type'].name, d['description'])"
)


def gpus_of_build(ask: Run) -> tuple[str, ...]:
    """The GPUs that the installed build of xllamacpp can use, as llama.cpp describes them."""
    rows = (
        line.partition(" ") for line in ask((sys.executable, "-P", "-c", _DEVICES)).splitlines()
    )
    return tuple(name.strip() or kind for kind, _, name in rows if kind.endswith("GPU"))


def layers_check(asked: int | None, ask: Run) -> Check:
    """`asked` is the user's number of layers on the GPU."""
    gpus = ", ".join(gpus_of_build(ask))
    if gpus:
        many = {None: "all layers that fit are", 0: "no layer is"}.get(asked, f"{asked} layers are")
        return ok("layers", f"{many} put on the GPU ({gpus})")
    said = "the processor holds all layers: the installed build of xllamacpp has no GPU here"
    if not asked:
        return ok("layers", said)
    remedy = "leave --gpu-layers out, or install xllamacpp's build for your GPU, or use Ollama"
    return Check("warning", "layers", said, remedy)
