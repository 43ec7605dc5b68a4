"""The real nginx with the configuration of `deploy/proxy/`, on loopback: at other ports, with other
folders."""

from __future__ import annotations

import re
import secrets
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import trustme

from tests.conftest import ROOT, required
from tests.serving import unused_port

CONF = ROOT / "deploy/proxy/nginx.conf"


@dataclass(frozen=True)
class Proxy:
    """`key` is one that it knows; `authority` the file of the one that signed its certificate."""

    port: int
    key: str
    authority: Path
    log: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """What a machine that reviews has."""
        return {"REVIEWBOT_API_KEY": self.key, "SSL_CERT_FILE": str(self.authority)}

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def client(self, key: str = "") -> httpx.Client:
        said = {"authorization": f"Bearer {key or self.key}"}
        return httpx.Client(
            base_url=self.url, verify=self.tls, headers=said, trust_env=False, timeout=60
        )


def limited(text: str, prompts: int) -> str:
    """The configuration with its lines about a limit for each key, which are comments."""
    text = re.sub(r"# (limit_conn[\w ]*(?:\$\w+ )?[\w=: ]*;)", r"\1", text)
    return text.replace("limit_conn keys 8;", f"limit_conn keys {prompts};")


@contextmanager
def proxy(folder: Path, behind: str, text: str | None = None) -> Iterator[Proxy]:
    """nginx in front of the server at the URL `behind`."""
    if not shutil.which("nginx"):
        required("nginx")
    made = Proxy(unused_port(), secrets.token_hex(32), folder / "authority.pem", folder / "log")
    _write_secrets(folder, made.key)
    written = folder / "nginx.conf"
    written.write_text(moved(text or CONF.read_text(), folder, made.port, behind))
    command = ["nginx", "-c", str(written), "-e", str(made.log)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    more = f"daemon off; error_log {made.log} warn;"
    with subprocess.Popen([*command, "-g", more]) as process:
        try:
            _wait(made.port, process)
            yield made
        finally:
            process.terminate()


def moved(text: str, folder: Path, port: int, behind: str) -> str:
    """The configuration with the places of a test: what is replaced must stand there."""
    places: Mapping[str, str] = {
        " /tmp/": f" {folder}/",
        "/run/secrets/": f"{folder}/",
        "listen 8443 ": f"listen 127.0.0.1:{port} ",
        "set $behind 127.0.0.1:30000;": f"set $behind {behind.removeprefix('http://')};",
    }
    for place, new in places.items():
        assert place in text
        text = text.replace(place, new)
    return text


def _write_secrets(folder: Path, key: str) -> None:
    """As deploy/README.md says."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(folder / "tls.key")
    issued.cert_chain_pems[0].write_to_path(folder / "tls.crt")
    (folder / "reviewbot_key.map").write_text(f'"Bearer {key}" 1;\n')


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)  # refused: it wants TLS
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nginx does not start")
