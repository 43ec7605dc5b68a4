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
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, urlsplit

from reviewbot.addresses import Address, canonical, is_literal, never_allowed, parsed
from reviewbot.errors import EngineUnavailable, RefusedError
from reviewbot.line import Line
from reviewbot.private_socket import Channel, call

# Imported late: a review whose answers are all kept opens no connection, and httpx is a fifth of
# what it would import. httpx wants of a transport that it has the methods, not the class.
if TYPE_CHECKING:
    import httpx

    _Transport = httpx.BaseTransport
else:
    _Transport = object

_TLS = frozenset({"https", "rediss"})

# Headers that other tools' settings put on a request: `ollama` adds OLLAMA_API_KEY from the
# environment to every host, and a cookie or proxy key has no business with a model server.
_FOREIGN_HEADERS = ("authorization", "proxy-authorization", "cookie")


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """The hosts beside this machine that the user allowed by name (`HOST`, or `HOST:PORT` for
    that one port), and whether plain http may carry code to them."""

    allowed: frozenset[str] = frozenset()
    plaintext: bool = False

    def allows(self, host: str, port: int | None = None) -> bool:
        try:
            name = canonical(host)
        except ValueError:
            return False
        return any(
            found == name and only in (None, port) for found, only in map(_allowed, self.allowed)
        )


def _allowed(entry: str) -> tuple[str, int | None]:
    """The host and the port of an entry; an entry that is no host matches none."""
    bare_ipv6 = entry.count(":") > 1 and not entry.startswith("[")
    try:
        if bare_ipv6:
            return canonical(entry), None
        parts = urlsplit(f"//{entry.strip()}")
        return canonical(parts.netloc.removesuffix(f":{parts.port}")), parts.port
    except ValueError:
        return "", None


@dataclass(frozen=True, slots=True)
class Speech:
    """How servers of a kind are addressed: the ports of the schemes, the `forms` of an address
    for people, and the variable that their `key` stands in."""

    ports: Mapping[str, int]
    forms: str
    key: str


HTTP = Speech(
    {"http": 80, "https": 443},
    "give it as http://HOST:PORT, https://HOST:PORT or unix:///PATH",
    "pass a key in the environment instead (for an engine REVIEWBOT_API_KEY)",
)
REDIS = Speech(
    {"redis": 6379, "rediss": 6379},
    "give it as rediss://HOST:PORT, on this machine also redis://127.0.0.1:PORT or unix:///PATH",
    "put them into the environment: REVIEWBOT_CACHE_PASSWORD=USER:PASSWORD",
)


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
    def is_here(self) -> bool:
        """Whether it is this machine."""
        return self.scheme == "unix" or parsed(self.address).is_loopback

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

    def endpoint(self, url: str, speech: Speech = HTTP) -> Endpoint:
        """Check a URL against the policy and pin its address.

        Raises RefusedError when the policy forbids it, EngineUnavailable when the name does
        not resolve.
        """
        return resolve(url, self._policy, speech)

    def check_name(self, url: str, speech: Speech) -> None:
        """What can be said of a URL before anybody is asked where its host is: a host is allowed
        by its name, or is this machine by its own. Raises RefusedError."""
        parts, port = _parsed(url, speech)
        if parts.scheme == "unix":
            return
        host = _host(parts, speech)
        if is_literal(host):
            self.endpoint(url, speech)
        elif host != "localhost":
            if not self._policy.allows(host, port):
                raise _not_allowed(host, host)
            _check_secrecy(url, host, self._policy, is_here=False)

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
        elif endpoint.scheme in _TLS:
            made = _tls().wrap_socket(made, server_hostname=endpoint.host)
    except BaseException:
        made.close()
        raise
    return made


def resolve(url: str, policy: HostPolicy, speech: Speech = HTTP) -> Endpoint:
    """The checked endpoint behind a URL in one of the speech's schemes, or `unix:///path`."""
    parts, port = _parsed(url, speech)
    if parts.scheme == "unix":
        return Endpoint("unix", "localhost", 0, str(Path(parts.path)))
    host = _host(parts, speech)
    address = _checked_address(host, parts, port, policy)
    _check_secrecy(url, host, policy, is_here=address.is_loopback)
    named = str(address) if is_literal(host) else host
    return Endpoint(parts.scheme, named, port, str(address), parts.path.rstrip("/"))


def _parsed(url: str, speech: Speech) -> tuple[SplitResult, int]:
    """The parts of a URL, and its port. Raises RefusedError."""
    try:
        parts = urlsplit(url)
        given = parts.port
    except ValueError as error:
        # The URL itself is not repeated: a password may stand in it. One with a `/` or `#` makes
        # what stands before that a port, which the error repeats.
        why = "" if "@" in url else f": {error}"
        raise RefusedError(f"the address is not a URL{why}", speech.forms) from None
    _check_form(url, parts, speech)
    if given == 0:  # no server listens there, and httpx would take the scheme's own port
        raise RefusedError("port 0 is none that a server listens at", speech.forms)
    return parts, given or speech.ports.get(parts.scheme, 0)


def _check_secrecy(url: str, host: str, policy: HostPolicy, *, is_here: bool) -> None:
    scheme = urlsplit(url).scheme
    if is_here or scheme in _TLS:
        return
    if scheme == "redis":
        raise RefusedError(
            f"{host} is another machine, and {url!r} would go there unencrypted", "use rediss://"
        )
    if not policy.plaintext:
        raise RefusedError(
            f"{host} is another machine and {url!r} would send code there unencrypted",
            "use https://, or add --allow-plaintext if the network between is yours",
        )


def _check_form(url: str, parts: SplitResult, speech: Speech) -> None:
    """Refuse what is no plain address. Nothing that may hold a password or a key is repeated."""
    if parts.username is not None or parts.password is not None:
        said = f"the URL for {parts.hostname} carries a user name or password"
        raise RefusedError(said, speech.key)
    if "?" in url or "#" in url:
        raise RefusedError("the address carries a query or a fragment", speech.key)
    unix = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    if not unix and (parts.scheme not in speech.ports or not parts.hostname):
        shown = "the address" if "@" in url else repr(url)
        raise RefusedError(f"{shown} is not a server that reviewbot can talk to", speech.forms)
    if speech is HTTP:
        _check_path(parts.path)


def _check_path(path: str) -> None:
    import httpx

    try:
        httpx.URL(path=path)
    except httpx.InvalidURL as error:
        raise RefusedError(f"the address is not a URL: {error}", HTTP.forms) from None


def _host(parts: SplitResult, speech: Speech) -> str:
    try:
        return canonical(parts.hostname or "")
    except ValueError as error:
        raise RefusedError(
            f"{parts.hostname!r} is not the name of a host: {error}", speech.forms
        ) from None


def _checked_address(host: str, parts: SplitResult, port: int, policy: HostPolicy) -> Address:
    """One of the host's addresses, after all of them were found to be allowed."""
    # A final dot says that no search domain is to be tried, so the resolver must see it.
    dot = "." if (parts.hostname or "").endswith(".") and not is_literal(host) else ""
    addresses = _addresses(host + dot, port)
    for address in addresses:
        _check_address(host, port, address, policy)
    # `localhost` is ::1 first in many hosts files, and model servers listen on 127.0.0.1 alone.
    return min(addresses, key=lambda address: address.version)


def _check_address(host: str, port: int, address: Address, policy: HostPolicy) -> None:
    if address.is_loopback:
        return
    if address.is_unspecified:
        raise RefusedError(
            f"{host} is the address that a server listens on, not one to talk to",
            "use 127.0.0.1 for a server on this machine",
        )
    if never_allowed(address):
        raise RefusedError(
            f"{host} is {address}: link-local, multicast and metadata addresses are never allowed",
            "name a server by an address of its own with --url",
        )
    named = str(address) if is_literal(host) else host
    if not policy.allows(named, port):
        raise _not_allowed(f"{host} ({address})", named)


def _not_allowed(shown: str, named: str) -> RefusedError:
    return RefusedError(
        f"{shown} is not this machine, and code may not leave it",
        f"if you trust that host: --allow-host {named}, or allow_hosts in your config.toml",
    )


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
    verify = _tls() if endpoint.scheme in _TLS else False
    return httpx.HTTPTransport(verify=verify, trust_env=False, limits=limits)


def _tls() -> ssl.SSLContext:
    """Checks names and certificates against the system's own trust store, where a company's
    authority stands. `ssl.create_default_context` would also write each session's secrets to the
    file that SSLKEYLOGFILE names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context


def shut(connection: socket.socket) -> None:
    """End a connection that another thread may wait on."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
