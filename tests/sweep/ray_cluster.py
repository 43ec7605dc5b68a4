"""Ray's own test cluster, in a process of its own: a head that reviews nothing, and nodes.

`python -m tests.sweep.ray_cluster HOST NODES [JOURNAL]` prints the address and ends when its
standard input does. With a journal one node is killed as soon as that has a row.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from tests.conftest import ROOT, required

LOOPBACK = "127.0.0.1"


def environment() -> dict[str, str]:
    """What everybody who starts Ray is told to set (`deploy/ray/ray.env`), but TLS; and where
    processes find these modules."""
    lines = (ROOT / "deploy" / "ray" / "ray.env").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    found = {name: value for name, value in pairs if "TLS" not in name}
    return found | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


def need_ray() -> None:
    if importlib.util.find_spec("ray") is None:
        required("ray")


@dataclass(frozen=True)
class Cluster:
    address: str
    out: IO[str]


@contextmanager
def cluster(
    nodes: int,
    *more: str,
    host: str = LOOPBACK,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Cluster]:
    """`more` may be a journal. `environ` is added to what all of its processes see."""
    need_ray()
    with ExitStack() as stack:
        # Ray gives a node 30 s to start, which a busy machine may need for other things.
        found = _begun(stack, host, nodes, *more, environ=environ or {})
        yield found or _begun(stack, host, nodes, *more, environ=environ or {}) or _failed()


def _begun(
    stack: ExitStack, host: str, nodes: int, *more: str, environ: Mapping[str, str]
) -> Cluster | None:
    # A folder of its own, and short: sockets stand below it, whose paths have at most 107 bytes.
    folder = tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True)
    own = {"RAY_TMPDIR": stack.enter_context(folder)} | dict(environ)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sweep.ray_cluster", host, str(nodes), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | environment() | own,
        text=True,
    )
    stack.enter_context(process)  # closes its standard input and waits for its end
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    return Cluster(address, process.stdout) if address else None


def _failed() -> NoReturn:
    raise RuntimeError("Ray's cluster does not start")


def tls(host: str) -> dict[str, str]:
    """Certificates of an authority of our own in the working folder, as Ray is told of them."""
    import trustme

    authority = trustme.CA()
    own = authority.issue_cert(host)
    files = {
        "RAY_TLS_CA_CERT": authority.cert_pem,
        "RAY_TLS_SERVER_CERT": own.cert_chain_pems[0],
        "RAY_TLS_SERVER_KEY": own.private_key_pem,
    }
    for name, pem in files.items():
        pem.write_to_path(f"{name}.pem")
    return {"RAY_USE_TLS": "1"} | {name: str(Path(f"{name}.pem").resolve()) for name in files}


def main() -> None:
    # Or Ray takes this machine's outer address in place of loopback.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    from ray.cluster_utils import Cluster as Real

    host, count, *journal = sys.argv[1:]
    small = {"object_store_memory": 80_000_000, "node_ip_address": host}
    # No log is looked at and nothing is scaled, so neither is begun.
    alone = {"include_dashboard": False, "no_monitor": True, "include_log_monitor": False}
    real = Real(initialize_head=True, head_node_args={"num_cpus": 0, **alone, **small})
    nodes = [real.add_node(num_cpus=1, wait=False, **small) for _ in range(int(count))]
    real.wait_for_nodes(timeout=300)
    print(real.address, flush=True)  # noqa: T201
    if journal:
        while not Path(journal[0]).exists() or b"\n" not in Path(journal[0]).read_bytes():
            time.sleep(0.05)
        real.remove_node(nodes[0], allow_graceful=False)
        print("killed", flush=True)  # noqa: T201
    sys.stdin.read()
    real.shutdown()


if __name__ == "__main__":
    main()
