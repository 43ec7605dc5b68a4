"""Calls the archive behind the company's gateway."""

import urllib.error
import urllib.request

# The gateway cuts a connection after 30 seconds without telling us: we have to give up first, or
# the error says "reset by peer" and the archive is blamed.
TIMEOUT = 29.0


class ArchiveError(Exception):
    """The archive did not answer."""


def fetch(url: str) -> bytes:
    """One page of the archive. The address comes from our own configuration."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
            return response.read()
    except (urllib.error.URLError, TimeoutError) as error:
        raise ArchiveError(f"{url}: {error}") from error
