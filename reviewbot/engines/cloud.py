"""Models that stand under a local address and run elsewhere."""

from __future__ import annotations

from typing import Any

from reviewbot.errors import RefusedError


def refuse_cloud(name: str, answer: dict[str, Any]) -> None:
    """Raise RefusedError for a model that runs elsewhere: by its tag, or by what is said of it."""
    _, colon, tag = name.lower().rpartition(":")
    where = answer.get("remote_host") or answer.get("remote_model")
    if where or (colon and (tag == "cloud" or tag.endswith("-cloud"))):
        where = where or "Ollama's cloud"
        raise RefusedError(
            f"{name} does not run on this machine: its server sends the code to {where}",
            "choose a local model: ollama list",
        )
