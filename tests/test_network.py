"""The law: nothing leaves the machine unless the user named the host."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.endpoint import HostPolicy
from reviewbot.errors import EngineUnavailable, RefusedError
from reviewbot.network import Door, resolve
from tests.certificates import certified
from tests.serving import Handler, Request, Served, serving

_TIMEOUT = httpx.Timeout(2)
_REAL_GETADDRINFO = socket.getaddrinfo


def _hello(handler: Handler, request: Request) -> None:
    handler.say("hello")


@pytest.fixture
def server() -> Iterator[Served]:
    with serving(_hello) as served:
        yield served


@pytest.fixture
def trap() -> Iterator[Served]:
    """A server that must see nothing."""
    with serving(_hello) as served:
        yield served
        assert served.seen == []


def _get(url: str, policy: HostPolicy = HostPolicy(), key: str | None = None) -> httpx.Response:
    door = Door(policy)
    with door.client(door.endpoint(url), _TIMEOUT, key) as client:
        return client.get("/")


def _names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """`model.test` resolves to the next of the answers, and at last to the last one."""
    left = list(answers)

    def getaddrinfo(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        if host != "model.test":
            return _REAL_GETADDRINFO(host, port, *rest, **named)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(_kind(one), socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _kind(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


# Which hosts


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "0x7f.1", "0x7f000001"),
        *("0177.0.0.1", "017700000001", "127.0.0.1.", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
        "127。0。0。1",
    ],
)
def test_every_form_of_loopback_reaches_the_server(server: Served, host: str) -> None:
    assert _get(f"http://{host}:{server.port}").text == "hello"
    (request,) = server.seen  # Ollama answers 403 to a Host header that it does not know as local
    assert request.headers["host"] in (f"127.0.0.1:{server.port}", f"localhost:{server.port}")


def test_ipv6_loopback_reaches_the_server() -> None:
    with serving(_hello, host="::1") as served:
        assert _get(f"http://[::1]:{served.port}").text == "hello"


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "0", "[::ffff:0.0.0.0]"])  # noqa: S104
def test_address_to_listen_on_is_refused_with_the_one_to_talk_to(host: str) -> None:
    with pytest.raises(RefusedError, match="listens on") as caught:
        resolve(f"http://{host}:11434", HostPolicy(frozenset({host.strip("[]")}), plaintext=True))
    assert "127.0.0.1" in caught.value.remedy


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.16689662"),
        *("224.0.0.1", "255.255.255.255", "fe80::1", "fe80::1%1", "ff02::1"),
        *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe"),
        *("2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "::169.254.169.254"),
        *("64:ff9b::7f00:1", "64:ff9b::", "::127.0.0.1", "2002:7f00:1::"),
        *("fd00:ec2::254", "168.63.129.16", "100.100.100.200", "64:ff9b::6464:64c8"),
    ],
)
def test_link_local_metadata_and_what_carries_them_are_refused_even_by_name(host: str) -> None:
    literal = f"[{host}]" if ":" in host else host
    with pytest.raises(RefusedError, match="never allowed"):
        resolve(f"https://{literal}:11434", HostPolicy(frozenset({host}), plaintext=True))


@pytest.mark.parametrize(
    "host",
    ["10.1.2.3", "192.168.0.5", "172.16.0.1", "100.64.0.1", "8.8.8.8", "2001:db8::1", "fd00::1"],
)
def test_another_machine_is_refused_until_it_is_named(host: str) -> None:
    url = f"https://[{host}]:8443" if ":" in host else f"https://{host}:8443"
    with pytest.raises(RefusedError, match="not this machine") as caught:
        resolve(url, HostPolicy())
    assert f"--allow-host {host}" in caught.value.remedy
    assert resolve(url, HostPolicy(frozenset({host}))).address == host


def test_another_spelling_of_an_allowed_address_is_that_address() -> None:
    policy = HostPolicy(frozenset({"10.1.2.3", "[2001:DB8:0::1]"}))
    for host in ("0xa010203", "167838211", "012.1.2.3", "[2001:db8::0:1]", "[::ffff:10.1.2.3]"):
        assert resolve(f"https://{host}", policy).host in ("10.1.2.3", "2001:db8::1")
    with pytest.raises(RefusedError) as caught:
        resolve("https://0xa010204", policy)
    assert "--allow-host 10.1.2.4" in caught.value.remedy


def test_a_host_allowed_at_one_port_is_refused_at_others() -> None:
    policy = HostPolicy(frozenset({"10.1.2.3:8443", "[2001:db8::1]:8443", "gpu.example:8443"}))
    for host in ("10.1.2.3", "[2001:db8::1]"):
        assert resolve(f"https://{host}:8443", policy).port == 8443
        with pytest.raises(RefusedError, match="not this machine"):
            resolve(f"https://{host}", policy)
    assert policy.allows("gpu.example", 8443)
    assert not policy.allows("gpu.example", 443)


@pytest.mark.parametrize(
    "entry",
    ["", "*", "10.1.2.0/24", "http://10.1.2.3", "10.1.2.3:", "10.1.2.3:x", "[10.1.2.3", "."],
)
def test_an_entry_that_is_no_host_allows_nothing(entry: str) -> None:
    assert not HostPolicy(frozenset({entry})).allows("10.1.2.3", 443)


@given(st.ip_addresses())
def test_no_address_but_loopback_is_allowed_without_a_name(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    literal = f"[{address}]" if address.version == 6 else str(address)
    mapped = getattr(address, "ipv4_mapped", None)
    if (mapped or address).is_loopback:
        assert resolve(f"http://{literal}", HostPolicy())
    else:
        with pytest.raises(RefusedError):
            resolve(f"http://{literal}", HostPolicy())


def test_a_named_host_matches_whatever_its_case_and_final_dot() -> None:
    policy = HostPolicy(frozenset({"GPU.Example."}))
    assert policy.allows("gpu.example")
    assert not policy.allows("gpu.example.org")
    assert not policy.allows("other.gpu.example")


def test_plain_http_to_another_machine_needs_a_word_of_its_own() -> None:
    named = frozenset({"10.1.2.3"})
    with pytest.raises(RefusedError, match="unencrypted") as caught:
        resolve("http://10.1.2.3:11434", HostPolicy(named))
    assert "--allow-plaintext" in caught.value.remedy
    assert resolve("http://10.1.2.3:11434", HostPolicy(named, plaintext=True)).port == 11434


def test_plaintext_alone_permits_no_host() -> None:
    with pytest.raises(RefusedError, match="not this machine"):
        resolve("http://10.1.2.3:11434", HostPolicy(plaintext=True))


@pytest.mark.parametrize(
    "url",
    [
        "http://user:hunter2@127.0.0.1:1",
        "http://user@127.0.0.1:1",
        "http://:hunter2@127.0.0.1:1",
        "ftp://user:hunter2@127.0.0.1:1",
        "http://user:hunter2@127.0.0.1:port",
        "user:hunter2@127.0.0.1:1",
        "//user:hunter2@127.0.0.1:1",
        "http://127.0.0.1\\:hunter2@example.com",
        "http://127.0.0.1:1/?key=hunter2",
        "http://127.0.0.1:1/#hunter2",
        "unix:///run/engine.sock?key=hunter2",
        "http://user:hunter2/#@127.0.0.1:1",
        "http://user:hunter2#@127.0.0.1:1",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(RefusedError) as caught:
        resolve(url, HostPolicy())
    assert "hunter2" not in caught.value.message + caught.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "127.0.0.1:11434",
        "//127.0.0.1",
        "localhost",
        "",
        "http://",
        "http://:80",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://127.0.0.1:-1",
        "http://127.0.0.1:٨٠",
        "http://127.0.0.1:abc",
        "http://[::1",
        "unix://engine.sock",
        "unix://",
        "unix:engine.sock",
    ],
)
def test_what_is_no_address_of_a_server_is_refused_with_the_forms(url: str) -> None:
    with pytest.raises(RefusedError) as caught:
        resolve(url, HostPolicy())
    assert "unix:///PATH" in caught.value.remedy


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1\0.example", "127.0.0.1%00", "127.0.0.1%lo", "local host", "localhost\\"),
        *(
            "ⓛocalhost",
            "１２７.0.0.1",
            "localhost..",
            "-",
            "a\u202eb",
            "[::1%]",
            "[1.2.3.4]",
            "[v1.x]",
        ),
    ],
)
def test_a_name_that_libraries_read_differently_is_refused(server: Served, host: str) -> None:
    with pytest.raises((RefusedError, EngineUnavailable)):
        _get(f"http://{host}:{server.port}")
    assert server.seen == []


def test_a_path_that_no_request_can_hold_is_refused(server: Served) -> None:
    with pytest.raises(RefusedError) as caught:
        _get(f"{server.url}/\x00")
    assert "unix:///PATH" in caught.value.remedy


# Names


def _asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every name that the resolver is asked for; each is at 10.0.0.8."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: object) -> object:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("allowed", ["faß.example", "xn--fa-hia.example", "FAß.example."])
def test_an_international_name_is_one_name_everywhere(
    monkeypatch: pytest.MonkeyPatch, allowed: str
) -> None:
    """Python's own resolver would look up fass.example, which is another host."""
    asked = _asked(monkeypatch)
    endpoint = resolve("https://faß.example", HostPolicy(frozenset({allowed})))
    assert asked == ["xn--fa-hia.example"]
    assert endpoint.host == "xn--fa-hia.example"
    with pytest.raises(RefusedError):
        resolve("https://fass.example", HostPolicy(frozenset({allowed})))


def test_a_lookalike_of_an_allowed_name_is_refused_and_shown_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _asked(monkeypatch)
    with pytest.raises(RefusedError, match="xn--") as caught:
        resolve("https://gpu.ex\u0430mple", HostPolicy(frozenset({"gpu.example"})))
    assert caught.value.message.isascii()


def test_the_final_dot_is_seen_by_the_resolver_and_not_by_tls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With it no search domain is tried; certificates and server names are written without."""
    asked = _asked(monkeypatch)
    endpoint = resolve("https://gpu.example.", HostPolicy(frozenset({"gpu.example"})))
    assert asked == ["gpu.example."]
    assert endpoint.url == "https://gpu.example:443"


def test_a_name_with_one_foreign_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, ["127.0.0.1", "10.0.0.8"])
    with pytest.raises(RefusedError, match=r"10\.0\.0\.8"):
        resolve("http://model.test:11434", HostPolicy())


def test_a_named_host_with_one_link_local_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _names(monkeypatch, ["10.0.0.8", "169.254.169.254"])
    with pytest.raises(RefusedError, match="never allowed"):
        resolve("https://model.test", HostPolicy(frozenset({"model.test"})))


def test_allowing_an_address_does_not_allow_a_name_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, ["10.0.0.8"])
    with pytest.raises(RefusedError, match="not this machine"):
        resolve("https://model.test", HostPolicy(frozenset({"10.0.0.8"})))


def test_a_second_answer_of_the_name_server_cannot_move_the_connection(
    monkeypatch: pytest.MonkeyPatch, server: Served
) -> None:
    with serving(_hello, host="127.0.0.2", port=server.port) as trap:
        _names(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
        assert _get(f"http://model.test:{server.port}").text == "hello"
        assert trap.seen == []
    (request,) = server.seen
    assert request.headers["host"] == f"model.test:{server.port}"


def test_a_name_that_is_ipv6_first_still_reaches_a_server_on_ipv4(
    monkeypatch: pytest.MonkeyPatch, server: Served
) -> None:
    _names(monkeypatch, ["::1", "127.0.0.1"])
    assert _get(f"http://model.test:{server.port}").text == "hello"


def test_a_name_that_does_not_resolve_is_an_engine_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def getaddrinfo(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(EngineUnavailable, match=r"model\.test") as caught:
        resolve("http://model.test", HostPolicy())
    assert "--url" in caught.value.remedy


def test_a_name_too_long_to_be_one_is_an_engine_that_is_not_there() -> None:
    with pytest.raises(EngineUnavailable):
        resolve(f"http://{'a' * 70}.{'b' * 70}", HostPolicy())


# What else could carry a request away


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"])
def test_proxies_of_the_environment_see_nothing(
    monkeypatch: pytest.MonkeyPatch, server: Served, trap: Served, name: str
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv(name, trap.url)
    assert _get(server.url).text == "hello"
    assert len(server.seen) == 1


def test_a_redirect_is_handed_back_and_not_followed(trap: Served) -> None:
    def away(handler: Handler, request: Request) -> None:
        handler.say("", 307, location=f"{trap.url}/api/chat")

    with serving(away) as served:
        door = Door()
        with door.client(door.endpoint(served.url), _TIMEOUT) as client:
            response = client.post("/api/chat", content="code")
            asked = client.post("/api/chat", content="code", follow_redirects=False)
    assert response.status_code == asked.status_code == 307


def test_a_redirect_cannot_be_followed_even_by_a_client_that_would(trap: Served) -> None:
    def away(handler: Handler, request: Request) -> None:
        handler.say("", 307, location=trap.url)

    with serving(away) as served:
        door = Door()
        with (
            door.client(door.endpoint(served.url), _TIMEOUT) as client,
            pytest.raises(RefusedError, match="at the door"),
        ):
            client.post("/", content="code", follow_redirects=True)


@pytest.mark.parametrize(
    "url", ["http://example.com/", "http://127.0.0.1:1/", "https://127.0.0.1/"]
)
def test_a_request_for_another_host_is_refused_at_the_door(server: Served, url: str) -> None:
    door = Door()
    with (
        door.client(door.endpoint(server.url), _TIMEOUT) as client,
        pytest.raises(RefusedError, match="at the door"),
    ):
        client.get(url)
    assert server.seen == []
    assert door.connections == ()


def test_netrc_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: Served) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login user password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    _get(server.url)
    assert "authorization" not in server.seen[0].headers


def test_keys_that_another_library_adds_are_dropped(server: Served) -> None:
    door = Door()
    foreign = {"Authorization": "Bearer theirs", "Cookie": "a=b", "Proxy-Authorization": "Basic x"}
    transport = door.transport(door.endpoint(server.url))
    with httpx.Client(base_url=server.url, transport=transport, headers=foreign) as client:
        client.get("/")
    assert {"authorization", "cookie", "proxy-authorization"}.isdisjoint(server.seen[0].headers)


def test_our_key_is_sent_as_bearer_and_wins_over_a_foreign_one(server: Served) -> None:
    door = Door()
    transport = door.transport(door.endpoint(server.url), "ours")
    headers = {"Authorization": "Bearer theirs"}
    with httpx.Client(base_url=server.url, transport=transport, headers=headers) as client:
        client.get("/")
    assert server.seen[0].headers["authorization"] == "Bearer ours"


# Unix sockets, paths, TLS, the record


def test_a_unix_socket_is_reached_whatever_the_policy(tmp_path: Path) -> None:
    with serving(_hello, path=tmp_path / "engine.sock") as served:
        door = Door()
        with door.client(door.endpoint(served.url), _TIMEOUT, "key") as client:
            assert client.get("/props").text == "hello"
    assert served.seen[0].headers["authorization"] == "Bearer key"
    assert door.connections == (f"unix:{tmp_path}/engine.sock",)


def test_the_path_of_the_url_stands_before_each_request(server: Served) -> None:
    door = Door()
    with door.client(door.endpoint(f"{server.url}/ollama/"), _TIMEOUT) as client:
        client.get("/api/tags")
    assert server.seen[0].path == "/ollama/api/tags"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority that a test trusts; beside it a key and certificate for `localhost`."""
    return certified(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Served]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_name("server.pem"))
    with serving(_hello, tls=context) as served:
        yield served


def test_tls_checks_the_name_and_not_the_pinned_address(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, tls_server: Served
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert _get(f"https://localhost:{tls_server.port}").text == "hello"
    with pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
        _get(f"https://127.0.0.1:{tls_server.port}")


def test_tls_with_an_unknown_authority_is_refused(tls_server: Served) -> None:
    with pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
        _get(f"https://localhost:{tls_server.port}")
    assert tls_server.seen == []


def test_secrets_of_a_tls_session_are_written_nowhere(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, tls_server: Served, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "secrets"))
    assert _get(f"https://localhost:{tls_server.port}").text == "hello"
    assert not (tmp_path / "secrets").exists()
    ssl.create_default_context()  # what writes them
    assert (tmp_path / "secrets").exists()


def test_each_opened_address_is_recorded_once(server: Served) -> None:
    door = Door()
    with door.client(door.endpoint(server.url), _TIMEOUT) as client:
        client.get("/")
        client.get("/again")
    with door.client(door.endpoint(f"http://localhost:{server.port}"), _TIMEOUT) as client:
        client.get("/")
    assert door.connections == (
        f"127.0.0.1:{server.port}",
        f"127.0.0.1:{server.port} (localhost)",
    )


def test_checking_an_address_opens_nothing(server: Served) -> None:
    door = Door()
    door.endpoint(server.url)
    assert server.seen == []
    assert door.connections == ()
