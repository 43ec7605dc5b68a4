"""The one door to the network.

Nothing leaves the machine unless the user named the host. A URL alone permits nothing: it is
resolved once, every address that it resolves to must be allowed, and the connection is made to
the address that was checked, so that a second answer of the name server cannot move it
(DNS rebinding). Proxies, redirects, netrc and other tools' keys are ignored: a request to
127.0.0.1 goes to HTTP_PROXY in httpx's default configuration, and the `ollama` client follows a
307 with the whole prompt (both seen with httpx 0.28.1 and ollama 0.6.3).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from reviewbot.addresses import Address, parsed
from reviewbot.endpoint import HTTP, TLS, Endpoint, HostPolicy, Speech, check_name, endpoint_of
from reviewbot.errors import EngineUnavailable, RefusedError
from reviewbot.line import Line
from reviewbot.private_socket import Channel, call

# Imported late: a review whose answers are all kept opens no connection, and httpx is a fifth of
# what it would import. httpx wants of a transport that it has the methods, not the class.
if TYPE_CHECKING:
    import httpx

    from reviewbot.settings import Settings

    _Transport = httpx.BaseTransport
else:
    _Transport = object

# Headers that other tools' settings put on a request: `ollama` adds OLLAMA_API_KEY from the
# environment to every host, and a cookie or proxy key has no business with a model server.
_FOREIGN_HEADERS = ("authorization", "proxy-authorization", "cookie")


class Door:
    """Opens connections under one policy and remembers each address that it opened."""

    def __init__(self, policy: HostPolicy = HostPolicy()) -> None:
        self._policy = policy
        self._opened: dict[str, None] = {}

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The way to the hosts that the user allowed."""
        return cls(HostPolicy.of(settings))

    @property
    def connections(self) -> tuple[str, ...]:
        return tuple(self._opened)

    def endpoint(self, url: str, speech: Speech = HTTP) -> Endpoint:
        """Check a URL against the policy and pin its address.

        Raises RefusedError when the policy forbids it, EngineUnavailable when the name does
        not resolve.
        """
        return resolve(url, self._policy, speech)

    def check_name(self, url: str, speech: Speech) -> None:
        """As `endpoint`, as far as nobody need be asked where the host is. Raises RefusedError."""
        check_name(url, self._policy, speech)

    def line(self, endpoint: Endpoint, seconds: float) -> Line:
        """A connection for what is no HTTP; `seconds` are for the connecting and the TLS
        handshake, each. Raises OSError."""
        self._opened.setdefault(endpoint.label)
        return Line(_connected(endpoint, seconds))

    def transport(self, endpoint: Endpoint, key: str | None = None) -> PinnedTransport:
        """The hardened transport: pinned, without proxies, redirects or anybody else's keys."""
        return PinnedTransport(endpoint, key, lambda: self._opened.setdefault(endpoint.label))

    def client(
        self, endpoint: Endpoint, timeout: httpx.Timeout, key: str | None = None
    ) -> httpx.Client:
        """An httpx client over `transport`."""
        import httpx

        return httpx.Client(
            base_url=endpoint.url,
            transport=self.transport(endpoint, key),
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
        )

    def neighbour(self, path: Path, seconds: float) -> Channel:
        """A process of this user's at its Unix socket. Raises OSError where none answers within
        that time, or a stranger does."""
        self._opened.setdefault(f"unix:{path}")
        return call(path, seconds)


def _connected(endpoint: Endpoint, seconds: float) -> socket.socket:
    if endpoint.scheme == "unix":
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(seconds)
    else:
        made = socket.create_connection((endpoint.address, endpoint.port), timeout=seconds)
    try:
        if endpoint.scheme == "unix":
            made.connect(endpoint.address)
        elif endpoint.scheme in TLS:
            made = _tls().wrap_socket(made, server_hostname=endpoint.host)
    except BaseException:
        made.close()
        raise
    return made


def resolve(url: str, policy: HostPolicy, speech: Speech = HTTP) -> Endpoint:
    """The checked endpoint behind a URL. Raises RefusedError, EngineUnavailable."""
    return endpoint_of(url, policy, speech, _addresses)


def _addresses(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EngineUnavailable(
            f"cannot find the host {host}: {error}", "check the name given by --url"
        ) from None
    return [parsed(str(entry[4][0])) for entry in found]


class PinnedTransport(_Transport):
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._inner.close()

    def _refuse_other_hosts(self, url: httpx.URL) -> None:
        import httpx

        expected = httpx.URL(self._endpoint.url)
        if (url.scheme, url.host, url.port) != (expected.scheme, expected.host, expected.port):
            raise RefusedError(f"a request for {url.host} at the door of {self._endpoint.label}")


def _inner_transport(endpoint: Endpoint) -> httpx.HTTPTransport:
    import httpx

    # A new connection for each request: llama.cpp's server closes a kept one without a word, and a
    # request that meets the closing gets no answer (seen with xllamacpp 2026.10, one in ten).
    limits = httpx.Limits(max_keepalive_connections=0)
    if endpoint.scheme == "unix":
        return httpx.HTTPTransport(uds=endpoint.address, trust_env=False, limits=limits)
    verify = _tls() if endpoint.scheme in TLS else False
    return httpx.HTTPTransport(verify=verify, trust_env=False, limits=limits)


def _tls() -> ssl.SSLContext:
    """Checks names and certificates against the system's own trust store, where a company's
    authority stands. `ssl.create_default_context` would also write each session's secrets to the
    file that SSLKEYLOGFILE names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context


def tls_fault(error: BaseException) -> str:
    """Why a connection was not made secure, where that is what stopped it; else nothing."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, ssl.SSLCertVerificationError):
            return f"its certificate does not hold: {below.verify_message}"
        if isinstance(below, ssl.SSLError):
            return f"it does not speak TLS as it should: {below.reason or below}"
        below = below.__cause__ or below.__context__
    return ""


def shut(connection: socket.socket) -> None:
    """End a connection that another thread may wait on."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
