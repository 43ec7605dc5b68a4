"""What a host's name and address mean, before any policy: pure rules without a socket.

One spelling is made of the many that a host has, so that what the policy compares, what is
resolved, what TLS checks and what the report says are the same text. Different libraries read the
others differently: getaddrinfo takes `0177.0.0.1` and cuts `127.0.0.1\\0.example` at the NUL,
httpx 0.28 refuses both; Python's resolver and httpx encode `faß.example` as two different names.
"""

from __future__ import annotations

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Any other character in a name is a trick or a slip: NUL, blanks, `\`, `@`, `%00` …
_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.ASCII)
_NUMBER = r"(0x[0-9a-f]*|[0-9]+)"
# The forms of an IPv4 address that inet_aton knows: decimal, hexadecimal, octal, one to four parts.
_IPV4_FORM = re.compile(rf"{_NUMBER}(\.{_NUMBER}){{0,3}}", re.ASCII)

# IPv6 prefixes whose last 32 bits are an IPv4 address that the packet goes on to: NAT64 (RFC 6052
# and 8215) and the old IPv4-compatible form.
_CARRIERS = tuple(
    ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")
)

# Where clouds hand out a machine's credentials, beside 169.254.169.254 (AWS by IPv6, Azure,
# Alibaba, Oracle), and the broadcast address: never a model server.
_NEVER = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "fd00:ec2::254",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "255.255.255.255",
    )
)


def canonical(host: str) -> str:
    """A host's one spelling: lower case, ASCII (IDNA 2008), no final dot, an IPv6 address without
    brackets in its short form. Raises ValueError for what is no host."""
    name = _ascii(host.removeprefix("[").removesuffix("]")).lower().removesuffix(".")
    if ":" in name:
        address, percent, zone = name.partition("%")
        return str(ipaddress.IPv6Address(address)) + percent + zone
    if not _NAME.fullmatch(name):
        raise ValueError("no name of a host has such characters")
    return name


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    import httpx  # imported late: few hosts have such names

    try:
        return httpx.URL(f"http://{host}").raw_host.decode("ascii")
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from None


def is_literal(name: str) -> bool:
    """Whether a canonical name is an address in any of its forms, not a name to look up."""
    return ":" in name or _IPV4_FORM.fullmatch(name) is not None


def parsed(text: str) -> Address:
    """An address as the resolver gives it. The zone of an IPv6 address ("fe80::1%eth0") is no
    part of what is checked, and `::ffff:127.0.0.1` is 127.0.0.1: Python 3.11 does not call it
    loopback by itself."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def never_allowed(address: Address) -> bool:
    """Link-local, multicast and metadata addresses, also where an IPv6 address carries one, and
    the carried loopback: it is the translator's own."""
    carried = _carried(address)
    return _is_forbidden(address) or any(
        _is_forbidden(inner) or inner.is_loopback or inner.is_unspecified for inner in carried
    )


def _is_forbidden(address: Address) -> bool:
    return address.is_link_local or address.is_multicast or address in _NEVER


def _carried(address: Address) -> tuple[ipaddress.IPv4Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    found = [address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _CARRIERS):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(inner for inner in found if inner is not None)
