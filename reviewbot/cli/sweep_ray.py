"""A sweep on a Ray cluster: each review is a task, and one of a lost node is done again by Ray.

Ray opens its own connections, so what it may reach is checked before it is given anything: the
address, and each node's, is loopback or a host that the user allowed by name, off loopback by TLS
alone; and it reports its usage to nobody. No key is sent: each node has its own environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewbot.change.git import Git
from reviewbot.endpoint import HostPolicy
from reviewbot.errors import EngineUnavailable, RefusedError, ReviewbotError, UsageError
from reviewbot.keys import with_keys, without_keys
from reviewbot.network import resolve
from reviewbot.settings import Settings
from reviewbot.sweep.crew import Answer, Reviewed, twice
from reviewbot.sweep.plan import Unit

if TYPE_CHECKING:
    from reviewbot.cli.metering import Meter
    from reviewbot.cli.sweep_review import Reviewing

LOCAL = "local"
_LOOPBACK = "127.0.0.1"
# Ray 2.60 that is told not to report its use still reports that, and asks for a cloud's metadata.
# So whatever it would say by HTTP goes to a proxy that nobody is; what is ours takes no proxy.
_NOBODY = f"http://{_LOOPBACK}:9"
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_USAGE_STATS_REPORT_URL": "off",
    "http_proxy": _NOBODY,
    "https_proxy": _NOBODY,
    "no_proxy": f"{_LOOPBACK},localhost",
}


@dataclass(frozen=True, slots=True)
class Spec:
    """What a node must know: the repository stands under the same path on each of them."""

    settings: Settings
    repository: str


class Nodes:
    """A crew of the cluster's nodes, one review a node at a time."""

    def __init__(self, ray: Any, spec: Spec) -> None:
        self._ray = ray
        each = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
        self.jobs = max(1, sum(cpus > 0 for cpus in each)) + 1
        wanted = max(1, min((cpus for cpus in each if cpus), default=1))
        self._task = ray.remote(num_cpus=wanted, max_retries=-1)(_work)
        self._spec = ray.put(spec)
        self._under_way: dict[Any, Unit] = {}

    def start(self, unit: Unit, most: int | None) -> None:
        self._under_way[self._task.remote(self._spec, unit, most)] = unit

    def next(self) -> Answer:
        (done,), _ = self._ray.wait(list(self._under_way), num_returns=1)
        unit = self._under_way.pop(done)
        try:
            found = self._ray.get(done)
        except self._ray.exceptions.RayError as error:
            failed = EngineUnavailable(
                f"the Ray cluster failed: {error}",
                "look at its nodes: ray status; the same command goes on from here",
            )
            return Answer(unit, error=failed)
        if isinstance(found, Reviewed):
            return Answer(unit, found)
        return Answer(unit, error=found)


@contextmanager
def nodes(address: str, settings: Settings, repository: Path) -> Iterator[Nodes]:
    """Raises RefusedError for a host that the user has not allowed, UsageError without Ray."""
    os.environ |= _QUIET
    policy = HostPolicy.of(settings)
    is_here = address == LOCAL or _check(address.rpartition(":")[0] or address, policy)
    if is_here:
        # Ray would take this machine's outer address in place of loopback; this word of its own
        # keeps it from that (ray_constants.py).
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    try:
        import ray
    except ImportError:
        raise UsageError("ray is not installed", "pip install 'reviewbot[ray]'") from None
    where: dict[str, Any] = {"_node_ip_address": _LOOPBACK} if is_here else {}
    if address == LOCAL:
        where["include_dashboard"] = False
    try:
        ray.init(address=address, log_to_driver=False, logging_level="error", **where)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise EngineUnavailable(
            f"no Ray cluster at {address}: {error}",
            "look for one there: ray status --address HOST:PORT; or go without --ray",
        ) from None
    try:
        for node in ray.nodes():
            _check(node["NodeManagerAddress"], policy)
        sys.stdout.flush()
        with redirect_stdout(sys.stderr):  # Ray prints there what becomes of its nodes
            yield Nodes(ray, Spec(without_keys(settings), str(repository)))
    finally:
        ray.shutdown()


def _check(host: str, policy: HostPolicy) -> bool:
    """Whether a host that may be reached is this machine. Raises RefusedError."""
    is_here = resolve(f"https://{host}:1", policy).is_here
    if not is_here and os.environ.get("RAY_USE_TLS") != "1":
        raise RefusedError(f"Ray would speak to {host} without TLS", "set RAY_USE_TLS=1")
    return is_here


# Of a worker's process: what its reviews have in common, until it ends.
_open: dict[Spec, tuple[Reviewing, Meter]] = {}
_stack = ExitStack()


def _work(spec: Spec, unit: Unit, most: int | None) -> Reviewed | Exception:
    """One review, on a node. What it may raise comes back as a value, with all of its words."""
    from reviewbot.cli.metering import Extent, metering
    from reviewbot.cli.sweep_review import reviewing

    try:
        if spec not in _open:
            own = with_keys(spec.settings, os.environ)
            git = Git(Path(spec.repository))
            way = _stack.enter_context(reviewing(own, git, None, verbose=False))
            meter = _stack.enter_context(metering(Extent(0, 0, ""), quiet=True, thoughts=False))
            _open[spec] = way, meter
        way, meter = _open[spec]
        found = twice(unit, lambda one, left: way.reviewed(one, left, meter), most)
        return replace(found, report=replace(found.report, files=()))
    except ReviewbotError as error:
        return error
