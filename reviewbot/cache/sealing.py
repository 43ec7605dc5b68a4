"""Rows that only a team can read: sealed with its key before they leave the process, under names
that tell nothing about what they are of.

A row is bound to its name and to this form of rows, so one that was put under another name, cut,
or made by somebody else does not open. Each has a key of its own, derived from its name: a nonce
would have to repeat within the versions of one row to harm it. The padding leaves of a length what
is true of many.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from reviewbot.errors import ConfigError

# It changes where a row is written otherwise; rows of another form are not met.
FORM = "1"
KEY_BYTES = 32
_NONCE = 12
_STEP = 512
_LENGTH = 4


class ForeignRowError(Exception):
    """A row that was not sealed under this name with this key."""


class Seal:
    """A team's key, as two that are used."""

    def __init__(self, key: bytes) -> None:
        self._naming = _derived(key, "names")
        self._sealing = _derived(key, "rows")

    def name(self, key: str) -> bytes:
        """Where the row of a key stands."""
        said = hmac.new(self._naming, key.encode(), sha256).hexdigest()
        return f"reviewbot:{FORM}:{said}".encode()

    def closed(self, name: bytes, text: str) -> bytes:
        plain = text.encode("utf-8", "backslashreplace")
        padded = len(plain).to_bytes(_LENGTH, "big") + plain
        padded += bytes(-len(padded) % _STEP)
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher(name).encrypt(nonce, padded, name)

    def opened(self, name: bytes, row: bytes) -> str:
        """Raises ForeignRowError."""
        try:
            padded = self._cipher(name).decrypt(row[:_NONCE], row[_NONCE:], name)
            length = int.from_bytes(padded[:_LENGTH], "big")
            return padded[_LENGTH : _LENGTH + length].decode()
        except (InvalidTag, ValueError):  # ValueError: not even a nonce, or no text
            raise ForeignRowError from None

    def _cipher(self, name: bytes) -> AESGCM:
        return AESGCM(HKDFExpand(SHA256(), KEY_BYTES, name).derive(self._sealing))


def new_key() -> str:
    """A team's key, as it stands in a file."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_key(text: str, source: str) -> bytes:
    """The key that a file or a variable holds. Raises ConfigError."""
    try:
        key = base64.b64decode(text.strip().encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:  # a password is no key: it could be guessed from a row
        raise ConfigError(
            f"{source} holds no key of a shared cache", "make one: reviewbot cache key FILE"
        )
    return key


def _derived(key: bytes, what: str) -> bytes:
    info = f"reviewbot shared cache {FORM} {what}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key)
