"""What mkdocs runs after a build (mkdocs.yml)."""

from pathlib import Path
from typing import Any


def on_post_build(config: dict[str, Any], **_: object) -> None:
    """Remove the page of errors: without a known address of the site, its field for searching asks
    a host that would be called `search.html` (mkdocs 1.6.1)."""
    Path(config["site_dir"], "404.html").unlink()
