"""The worker around llama.cpp itself: what one review has read of a prompt, the next one has."""

from __future__ import annotations

import pytest

from reviewbot.engines.embedded import LocalModel
from tests.conftest import ROOT
from tests.engines.worker.reviews import Desk, gone

pytestmark = pytest.mark.engine


def test_the_beginning_of_a_prompt_is_not_read_again_by_the_next_review(
    desk: Desk, model: LocalModel
) -> None:
    desk.fake = ROOT
    first, second = (desk.review(model.path, asks=True) for _ in range(2))
    assert second["cached"] > 100 > first["cached"]
    assert first["waits"] == ["loading fake"]
    assert second["waits"] == []
    worker = desk.running()
    desk.stop()
    assert worker.engine_pid is not None
    assert gone(worker.engine_pid)
