from __future__ import annotations

import pytest

from tests.conftest import Repository


@pytest.fixture
def forked(repository: Repository) -> dict[str, str]:
    """root - main, and root - side."""
    root = repository.commit("root")
    repository.git("branch", "side")
    repository.stage("m", "m\n")
    main = repository.commit("main")
    repository.git("checkout", "--quiet", "side")
    repository.stage("s", "s\n")
    side = repository.commit("side")
    repository.git("checkout", "--quiet", "main")
    return {"root": root, "main": main, "side": side}
