"""The one door to the network.

Nothing leaves the machine unless the user named the host. A URL alone permits nothing: it is
resolved once, every address that it resolves to must be allowed, and the connection is made to
the address that was checked, so that a second answer of the name server cannot move it
(DNS rebinding). Proxies, redirects, netrc and other tools' keys are ignored: a request to
127.0.0.1 goes to HTTP_PROXY in httpx's default configuration, and the `ollama` client follows a
307 with the whole prompt (both seen with httpx 0.28.1 and ollama 0.6.3).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from reviewbot.errors import EngineUnavailable, RefusedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORMS = "give it as http://HOST:PORT, https://HOST:PORT or unix:///PATH"

# Headers that other tools' settings put on a request: `ollama` adds OLLAMA_API_KEY from the
# environment to every host, and a cookie or proxy key has no business with a model server.
_FOREIGN_HEADERS = ("authorization", "proxy-authorization", "cookie")


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """The hosts beside this machine that the user allowed by name, and whether plain http may
    carry code to them."""

    allowed: frozenset[str] = frozenset()
    plaintext: bool = False

    def allows(self, host: str) -> bool:
        return host.lower().rstrip(".") in {name.lower().rstrip(".") for name in self.allowed}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked server: `address` is where the connection goes, `host` the name that TLS and
    the Host header see. `path` is the URL's own path, without a slash at its end."""

    scheme: str
    host: str
    port: int
    address: str
    path: str = ""

    @property
    def url(self) -> str:
        if self.scheme == "unix":
            return "http://localhost"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def label(self) -> str:
        """What the report names: the address that was opened."""
        if self.scheme == "unix":
            return f"unix:{self.address}"
        literal = f"[{self.address}]" if ":" in self.address else self.address
        named = "" if self.host == self.address else f" ({self.host})"
        return f"{literal}:{self.port}{named}"


class Door:
    """Opens connections under one policy and remembers each address that it opened."""

    def __init__(self, policy: HostPolicy = HostPolicy()) -> None:
        self._policy = policy
        self._opened: dict[str, None] = {}

    @property
    def connections(self) -> tuple[str, ...]:
        return tuple(self._opened)

    def endpoint(self, url: str) -> Endpoint:
        """Check a URL against the policy and pin its address.

        Raises RefusedError when the policy forbids it, EngineUnavailable when the name does
        not resolve.
        """
        return resolve(url, self._policy)

    def transport(self, endpoint: Endpoint, key: str | None = None) -> PinnedTransport:
        """The hardened transport: pinned, without proxies, redirects or anybody else's keys."""
        return PinnedTransport(endpoint, key, lambda: self._opened.setdefault(endpoint.label))

    def client(
        self, endpoint: Endpoint, timeout: httpx.Timeout, key: str | None = None
    ) -> httpx.Client:
        """An httpx client over `transport`."""
        return httpx.Client(
            base_url=endpoint.url,
            transport=self.transport(endpoint, key),
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
        )


def resolve(url: str, policy: HostPolicy) -> Endpoint:
    """The checked endpoint behind a URL: `http://`, `https://`, or `unix:///path`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        # The URL itself is not repeated: a password may stand in it.
        raise RefusedError(f"the engine's address is not a URL: {error}", _FORMS) from None
    host = parts.hostname
    if parts.username is not None or parts.password is not None:
        raise RefusedError(
            f"the URL for {host} carries a user name or password",
            "pass a key in the environment variable REVIEWBOT_API_KEY instead",
        )
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
        return Endpoint("unix", "localhost", 0, str(Path(parts.path)))
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise RefusedError(f"{url!r} is not a server that reviewbot can talk to", _FORMS)
    port = port or _DEFAULT_PORTS[parts.scheme]
    address = _checked_address(host, port, policy)
    if not _local(address) and parts.scheme == "http" and not policy.plaintext:
        raise RefusedError(
            f"{host} is another machine and {url!r} would send code there unencrypted",
            "use https://, or add --allow-plaintext if the network between is yours",
        )
    return Endpoint(parts.scheme, host, port, str(address), parts.path.rstrip("/"))


def _checked_address(host: str, port: int, policy: HostPolicy) -> Address:
    """One of the host's addresses, after all of them were found to be allowed."""
    addresses = _addresses(host, port)
    for address in addresses:
        if _local(address):
            continue
        if address.is_unspecified:
            raise RefusedError(
                f"{host} is the address that a server listens on, not one to talk to",
                "use 127.0.0.1 for a server on this machine",
            )
        if address.is_link_local or address.is_multicast:
            # 169.254.169.254 hands out a cloud machine's credentials: never a model server.
            raise RefusedError(f"{host} is {address}: link-local and multicast are never allowed")
        if not policy.allows(host):
            raise RefusedError(
                f"{host} ({address}) is not this machine, and code may not leave it",
                f"if you trust that host: --allow-host {host}, or allow_hosts in your config.toml",
            )
    # `localhost` is ::1 first in many hosts files, and model servers listen on 127.0.0.1 alone.
    return min(addresses, key=lambda address: address.version)


def _addresses(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EngineUnavailable(
            f"cannot find the host {host}: {error}", "check the name given by --url"
        ) from None
    # The scope of an IPv6 address ("fe80::1%eth0") is no part of what is checked.
    return [_unmapped(ipaddress.ip_address(str(entry[4][0]).partition("%")[0])) for entry in found]


def _unmapped(address: Address) -> Address:
    """`::ffff:127.0.0.1` is 127.0.0.1; Python 3.11 does not call it loopback by itself."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _local(address: Address) -> bool:
    return address.is_loopback


class PinnedTransport(httpx.BaseTransport):
    """Sends every request to the one checked address, whatever its URL says by then."""

    def __init__(self, endpoint: Endpoint, key: str | None, opened: Callable[[], object]) -> None:
        self._endpoint = endpoint
        self._key = key
        self._opened = opened
        self._inner = _inner_transport(endpoint)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._refuse_other_hosts(request.url)
        for name in _FOREIGN_HEADERS:
            request.headers.pop(name, None)
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"
        if self._endpoint.scheme != "unix":
            request.extensions["sni_hostname"] = self._endpoint.host
            request.url = request.url.copy_with(host=self._endpoint.address)
        self._opened()
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()

    def _refuse_other_hosts(self, url: httpx.URL) -> None:
        expected = httpx.URL(self._endpoint.url)
        if (url.scheme, url.host, url.port) != (expected.scheme, expected.host, expected.port):
            raise RefusedError(f"a request for {url.host} at the door of {self._endpoint.label}")


# A new connection for each request: llama.cpp's server closes a kept one without a word, and a
# request that meets the closing gets no answer (seen with xllamacpp 2026.10, about one in ten).
_NO_KEEPING = httpx.Limits(max_keepalive_connections=0)


def _inner_transport(endpoint: Endpoint) -> httpx.HTTPTransport:
    if endpoint.scheme == "unix":
        return httpx.HTTPTransport(uds=endpoint.address, trust_env=False, limits=_NO_KEEPING)
    # The system's own trust store: a company's certificate authority stands there.
    verify = ssl.create_default_context() if endpoint.scheme == "https" else False
    return httpx.HTTPTransport(verify=verify, trust_env=False, limits=_NO_KEEPING)
