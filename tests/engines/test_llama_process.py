"""The embedded engine's own process, as far as it goes without a model."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.engines.embedded import installed
from reviewbot.engines.llama_process import Adapter, Loading, Order
from tests.conftest import ROOT, required

_LOADING = Loading(4096, 3, "q8_0", 7, Adapter("/é \n.gguf", 0.5))
_ORDER = Order("/models/é \n.gguf", "/run/x.sock", "key", 2, _LOADING)


def _run(order: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "reviewbot.engines.llama_process"],
        input=order,
        capture_output=True,
        check=False,
        timeout=30,
        cwd=ROOT,
    )


def test_an_order_is_one_line_whatever_the_path() -> None:
    assert _ORDER.line().count(b"\n") == 1
    assert Order.read(_ORDER.line()) == _ORDER
    plain = replace(_ORDER, loading=Loading(4096))
    assert Order.read(plain.line()) == plain


def test_without_an_order_the_process_ends_and_was_never_ready() -> None:
    done = _run(b"")
    assert done.returncode != 0
    assert done.stdout == b""


def test_nothing_of_the_engine_is_loaded_before_the_order_is_read() -> None:
    program = (
        "import sys, reviewbot.engines.llama_process\n"
        "print([name for name in ('xllamacpp', 'httpx', 'pydantic') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


@pytest.mark.engine
def test_a_model_that_does_not_load_ends_the_process_with_words(tmp_path: Path) -> None:
    if not installed():
        required("engine")
    (tmp_path / "socket").mkdir()
    order = Order(
        str(tmp_path / "absent.gguf"), str(tmp_path / "socket/x.sock"), "key", 1, Loading(512)
    )
    done = _run(order.line())
    assert done.returncode != 0
    assert done.stdout == b""
    assert b"absent.gguf" in done.stderr
    assert b"key" not in done.stderr.replace(b"key-value", b"")


@pytest.mark.engine
def test_the_end_of_the_input_ends_the_process_and_its_folder(
    tmp_path: Path,
) -> None:
    if not installed():
        required("engine")
    model = ROOT / ".cache/models/smollm2-135m-instruct-q4_1.gguf"
    if not model.is_file():
        required("engine")
    folder = tmp_path / "socket"
    folder.mkdir()
    done = _run(Order(str(model), str(folder / "x.sock"), "key", 1, Loading(512)).line())
    assert (done.returncode, done.stdout) == (0, b"ready\n")
    assert not folder.exists()
