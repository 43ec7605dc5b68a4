"""What the doctor says of the layers on the GPU. The answers are made up: no GPU was at hand."""

from __future__ import annotations

import pytest

from reviewbot.doctor.layers import gpus_of_build, layers_check

_CPU = "GGML_BACKEND_DEVICE_TYPE_CPU AMD EPYC GPU-less\n"
_GPU = "GGML_BACKEND_DEVICE_TYPE_GPU NVIDIA RTX 4090\n"
_WITHIN = "GGML_BACKEND_DEVICE_TYPE_IGPU AMD Radeon Graphics\n"


@pytest.mark.parametrize(
    ("said", "gpus"),
    [
        ("", ()),
        (_CPU, ()),
        (_GPU + _CPU, ("NVIDIA RTX 4090",)),
        (_WITHIN + _CPU, ("AMD Radeon Graphics",)),
        ("GGML_BACKEND_DEVICE_TYPE_GPU\n", ("GGML_BACKEND_DEVICE_TYPE_GPU",)),
    ],
)
def test_the_gpus_of_a_build(said: str, gpus: tuple[str, ...]) -> None:
    assert gpus_of_build(lambda _: said) == gpus


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (None, "all layers that fit are put on the GPU (NVIDIA RTX 4090)"),
        (0, "no layer is put on the GPU (NVIDIA RTX 4090)"),
        (20, "20 layers are put on the GPU (NVIDIA RTX 4090)"),
    ],
)
def test_with_a_gpu(asked: int | None, text: str) -> None:
    found = layers_check(asked, lambda _: _GPU + _CPU)
    assert (found.state, found.text) == ("ok", text)


@pytest.mark.parametrize(("asked", "state"), [(None, "ok"), (0, "ok"), (20, "warning")])
def test_without_a_gpu_only_a_wish_for_one_is_a_warning(asked: int | None, state: str) -> None:
    found = layers_check(asked, lambda _: _CPU)
    assert found.state == state
    assert found.text.startswith("the processor holds all layers")
    assert ("--gpu-layers" in found.remedy) == (state == "warning")
