from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.worker.reviews import Desk


@pytest.fixture
def desk(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """Its worker ends with the test."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    found = Desk(tmp_path_factory.mktemp("w"))  # short: a socket's path is
    yield found
    found.stop()
