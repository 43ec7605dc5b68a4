"""What the engines that speak HTTP share."""

from __future__ import annotations

import json

import httpx

_LONGEST_MESSAGE = 300


def refusal(response: httpx.Response) -> str:
    """What a server says when it does not answer with 200."""
    raw = response.read()[:2000].decode("utf-8", "replace")
    try:
        error = json.loads(raw)["error"]
        said = error["message"] if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError):
        said = raw.strip() or "no message"
    return f"HTTP {response.status_code}: {said[:_LONGEST_MESSAGE]}"
