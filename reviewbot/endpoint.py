"""Where code may go: an address that the user gave, held against what the user allowed.

Nothing is opened and nobody is asked here; who knows the addresses of a name is handed in
(`network.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from reviewbot.addresses import Address, canonical, is_literal, never_allowed, parsed
from reviewbot.errors import RefusedError

if TYPE_CHECKING:
    from reviewbot.settings import Settings

TLS = frozenset({"https", "rediss"})

# The addresses of a host, by its name and a port.
LookUp = Callable[[str, int], list[Address]]


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """The hosts beside this machine that the user allowed by name (`HOST`, or `HOST:PORT` for
    that one port), and whether plain http may carry code to them."""

    allowed: frozenset[str] = frozenset()
    plaintext: bool = False

    @classmethod
    def of(cls, settings: Settings) -> HostPolicy:
        """What the user's settings allow."""
        return cls(frozenset(settings.allow_hosts), settings.allow_plaintext)

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


def endpoint_of(url: str, policy: HostPolicy, speech: Speech, look_up: LookUp) -> Endpoint:
    """The checked endpoint behind a URL in one of the speech's schemes, or `unix:///path`. Raises
    RefusedError, and what `look_up` raises."""
    parts, port = _parsed(url, speech)
    if parts.scheme == "unix":
        return Endpoint("unix", "localhost", 0, str(Path(parts.path)))
    host = _host(parts, speech)
    # A final dot says that no search domain is to be tried, so the resolver must see it.
    dot = "." if (parts.hostname or "").endswith(".") and not is_literal(host) else ""
    address = _checked(host, port, look_up(host + dot, port), policy)
    _check_secrecy(url, host, policy, is_here=address.is_loopback)
    named = str(address) if is_literal(host) else host
    return Endpoint(parts.scheme, named, port, str(address), parts.path.rstrip("/"))


def check_name(url: str, policy: HostPolicy, speech: Speech) -> None:
    """What can be said of a URL before anybody is asked where its host is: a host is allowed
    by its name, or is this machine by its own. Raises RefusedError."""
    parts, port = _parsed(url, speech)
    if parts.scheme == "unix":
        return
    host = _host(parts, speech)
    if is_literal(host):
        endpoint_of(url, policy, speech, lambda name, _: [parsed(name)])
    elif host != "localhost":
        if not policy.allows(host, port):
            raise _not_allowed(host, host)
        _check_secrecy(url, host, policy, is_here=False)


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
    if is_here or scheme in TLS:
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


def _checked(host: str, port: int, addresses: list[Address], policy: HostPolicy) -> Address:
    """One of the host's addresses, after all of them were found to be allowed."""
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
