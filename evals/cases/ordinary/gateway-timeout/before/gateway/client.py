"""Calls the archive behind the company's gateway."""

import urllib.error
import urllib.request

TIMEOUT = 60.0


class ArchiveError(Exception):
    """The archive did not answer."""


def fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
            return response.read()
    except (urllib.error.URLError, TimeoutError) as error:
        raise ArchiveError(f"{url}: {error}") from error
