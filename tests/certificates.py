"""Certificates of an authority that a test makes up."""

from __future__ import annotations

from pathlib import Path

import trustme


def certified(folder: Path, host: str = "localhost") -> Path:
    """The authority's file; beside it, in `server.pem`, a key and a chain for the host."""
    authority, pem = trustme.CA(), folder / "authority.pem"
    authority.cert_pem.write_to_path(pem)
    issued = authority.issue_cert(host)
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    return pem
