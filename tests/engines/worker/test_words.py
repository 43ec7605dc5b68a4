"""A wish is the same for both ends, or it is another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewbot.engines.llama_process import Adapter, Loading
from reviewbot.engines.worker.words import Wish


@pytest.mark.parametrize("adapter", [None, "adapter.gguf", "absent.gguf"])
def test_a_wish_is_equal_after_its_way_over_the_wire(tmp_path: Path, adapter: str | None) -> None:
    model = tmp_path / "model.gguf"
    model.write_text("weights")
    (tmp_path / "adapter.gguf").write_text("more")
    lora = Adapter(str(tmp_path / adapter), 0.5) if adapter else None
    wish = Wish.to_load(model, Loading(512, 2, "q8_0", 3, lora))
    assert Wish.of(json.loads(json.dumps(wish.row()))) == wish
    assert wish.is_seen_here
    model.write_text("other weights")
    assert not wish.is_seen_here
