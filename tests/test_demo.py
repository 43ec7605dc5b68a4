"""`make demo` as it is: the real Qwen2.5-Coder-1.5B on the demo's change."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from reviewbot.models import weights
from tests.conftest import ROOT, required

pytestmark = pytest.mark.slow

# Read at import: the tests themselves have a home of their own.
MODELS = weights.models_folder(os.environ.get("REVIEWBOT_MODELS_DIR"))
PLANTED = {
    ("shop/orders.py", 10),
    ("shop/orders.py", 19),
    ("shop/orders.py", 35),
    ("shop/stock.py", 30),
    ("web/cart.js", 6),
    ("web/cart.js", 18),
    ("web/cart.js", 24),
}


def test_demo_reviews_every_line_and_opens_nothing_but_its_socket() -> None:
    if weights.on_disk(weights.by_name("qwen2.5-coder-1.5b"), MODELS) is None:
        required("demo")
    done = subprocess.run(
        [sys.executable, str(ROOT / "demo" / "run.py"), "--format", "json"],
        env=os.environ | {"REVIEWBOT_MODELS_DIR": str(MODELS)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["status"] == "complete"
    assert report["problems"] == []
    assert {entry["path"]: entry["reviewed"] for entry in report["coverage"]} == {
        "shop/orders.py": 17,
        "shop/pricing.py": 9,
        "shop/stock.py": 10,
        "web/cart.js": 17,
    }
    (connection,) = report["privacy"]["connections"]
    assert connection.startswith("unix:")
    # Both kinds of prompts have a beginning that is read once; the shorter one takes 60 tokens.
    assert report["usage"]["cached_tokens"] > 50 * report["usage"]["calls"]
    found = {(entry["path"], entry["start_line"]) for entry in report["findings"]}
    assert found & PLANTED, "the real model used to find at least one planted defect"
