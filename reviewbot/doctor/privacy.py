"""What could leave this machine, and why it cannot."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from reviewbot.cache.database import FILE as CACHE
from reviewbot.doctor.check import Check, failed, ok
from reviewbot.endpoint import REDIS, Endpoint
from reviewbot.engines.learnt import FILE as LEARNT
from reviewbot.engines.learnt import cache_folder
from reviewbot.engines.wanted import Wanted
from reviewbot.errors import EngineUnavailable, RefusedError
from reviewbot.history.store import FILE as HISTORY
from reviewbot.history.store import history_folder
from reviewbot.keys import PREFIX
from reviewbot.network import Door
from reviewbot.settings import Settings

_OWN_KEY = f"{PREFIX}API_KEY"
_OWN = frozenset({_OWN_KEY, f"{PREFIX}CACHE_KEY", f"{PREFIX}CACHE_PASSWORD"})
_OTHER_TOOLS = (
    *("_API_KEY", "_TOKEN", "_SECRET_KEY", "_SECRET_ACCESS_KEY"),
    *("_BASE_URL", "_API_BASE", "_ENDPOINT"),
)
_WRITABLE_BY_OTHERS = stat.S_IWOTH


def privacy_checks(
    settings: Settings, wanted: Wanted, door: Door, environ: Mapping[str, str]
) -> Iterator[Check]:
    endpoint, address = _address(wanted, door)
    yield address
    yield _policy(settings)
    yield _key(settings, endpoint)
    yield from _surroundings(environ)
    yield from _cloud(wanted, door, endpoint)
    yield _folder(wanted.models_folder)
    yield _learnt(cache_folder(settings.cache_dir))
    yield _cache(settings)
    yield from _shared(settings, door)
    yield _history(settings)
    yield ok("git", "asks no remote: every transport is shut while a review runs git")
    yield ok("telemetry", "none: no usage report, no crash report, no look for updates")


def _address(wanted: Wanted, door: Door) -> tuple[Endpoint | None, Check]:
    url = wanted.url
    if url is None and wanted.engine in ("auto", "ollama"):
        url = wanted.ollama_url
    if url is None or wanted.engine == "embedded":
        private = "a Unix socket in a folder that you alone can enter; no port"
        return None, ok("address", private if wanted.engine == "embedded" else "no connection")
    try:
        endpoint = door.endpoint(url)
    except RefusedError as error:
        # `auto` passes over an OLLAMA_HOST that is not allowed; what was asked for is an error.
        return None, failed("address", error, "error" if _is_asked_for(wanted) else "warning")
    except EngineUnavailable as error:
        return None, failed("address", error, "warning")
    return endpoint, _reached(endpoint)


def _is_asked_for(wanted: Wanted) -> bool:
    return wanted.url is not None or wanted.engine == "ollama"


def _reached(endpoint: Endpoint) -> Check:
    if endpoint.is_here:
        return ok("address", f"{endpoint.label}: this machine; resolved once and pinned")
    if endpoint.scheme == "https":
        return ok("address", f"{endpoint.label}: another machine that you allowed, over TLS")
    return Check(
        "warning",
        "address",
        f"{endpoint.label}: another machine that you allowed; code goes there unencrypted",
        "put TLS before it and give its address as https://",
    )


def _policy(settings: Settings) -> Check:
    if not settings.allow_hosts:
        return ok("policy", "this machine alone: a URL permits no host, nor does the repository")
    hosts = ", ".join(settings.allow_hosts)
    if settings.allow_plaintext:
        return Check(
            "warning",
            "policy",
            f"you allowed code to go to {hosts}, also unencrypted",
            "leave allow_plaintext out and use https://",
        )
    return ok("policy", f"this machine, and what you allowed: {hosts}, over TLS only")


def _key(settings: Settings, endpoint: Endpoint | None) -> Check:
    if not settings.api_key:
        return ok("key", f"{_OWN_KEY} is not set, and no other key is ever sent")
    where = f"to {endpoint.label} alone" if endpoint else "to no server"
    return ok("key", f"{_OWN_KEY} is sent {where}")


def _surroundings(environ: Mapping[str, str]) -> Iterator[Check]:
    """By name alone: a key's value is nobody's to print, and a proxy's may hold a password."""
    names = sorted(name for name, text in environ.items() if text and name not in _OWN)
    proxies = [name for name in names if name.upper().endswith("_PROXY")]
    others = [name for name in names if name.upper().endswith(_OTHER_TOOLS)]
    yield ok("proxies", f"seen and ignored: {', '.join(proxies)}" if proxies else "none seen")
    yield ok("other tools", f"seen and not sent: {', '.join(others)}" if others else "none seen")


def _cloud(wanted: Wanted, door: Door, endpoint: Endpoint | None) -> Iterator[Check]:
    """A local Ollama forwards some models to a cloud."""
    from reviewbot.engines.cloud import refuse_cloud
    from reviewbot.engines.detect import speaks_openai
    from reviewbot.engines.ollama_server import OllamaServer

    if endpoint is None or wanted.engine not in ("auto", "ollama"):
        return
    asked = _is_asked_for(wanted)
    try:
        if wanted.engine == "auto" and speaks_openai(wanted, door):
            return
        refuse_cloud(wanted.model or "", {})
        remote = [held for held in OllamaServer(endpoint, door, wanted.key).held() if held.remote]
        for held in remote:
            if wanted.model in (held.name, held.name.removesuffix(":latest")):
                refuse_cloud(held.name, {"remote_host": held.remote})
    except RefusedError as error:
        yield failed("cloud", error)
    except EngineUnavailable as error:
        # Who is not there forwards nothing; but a review that names it will meet it later.
        yield failed("cloud", error, "warning") if asked else ok("cloud", error.message)
    else:
        refused = f"; refused: {', '.join(held.name for held in remote)}" if remote else ""
        yield ok("cloud", f"{len(remote)} of this server's models run elsewhere{refused}")


def _folder(folder: Path) -> Check:
    if not folder.is_dir():
        return ok("models", f"{folder}: not made yet")
    if folder.stat().st_mode & _WRITABLE_BY_OTHERS:
        text = f"anybody on this machine can put other weights into {folder}"
        return Check("warning", "models", text, f"chmod o-w {folder}")
    return ok("models", f"{folder}: nothing is fetched but by `reviewbot models pull`")


def _learnt(folder: Path) -> Check:
    """What a review leaves on disk, beside the weights."""
    if not os.path.isdir(folder):  # noqa: PTH112  (this one never raises)
        return ok("learnt", f"{folder}: not made yet")
    holds = "numbers alone (the tokens of prompts, the form of replies) and hashes, no code"
    return ok("learnt", f"{folder / LEARNT}: {holds}; remove it to forget them")


def _cache(settings: Settings) -> Check:
    """What quotes code, and so is the user's to turn off."""
    if settings.cache == "off":
        return ok("cache", "off: no answer of a model is kept")
    holds = "answers of models, which quote code; secrets were masked before; yours alone to read"
    path = cache_folder(settings.cache_dir) / CACHE
    return ok("cache", f"{path}: {holds}; `reviewbot cache clear` deletes them")


def _shared(settings: Settings, door: Door) -> Iterator[Check]:
    """Whom a shared cache is at, as far as its address tells; nobody is asked."""
    if settings.cache in ("on", "off"):
        return
    try:
        door.check_name(settings.cache, REDIS)
    except RefusedError as error:
        yield failed("shared cache", error)
    else:
        holds = "the same answers, sealed with your team's key, under names that tell nothing"
        yield ok("shared cache", f"{settings.cache}: {holds}")


def _history(settings: Settings) -> Check:
    if settings.history == "off":
        return ok("history", "off: no review is noted")
    holds = "numbers alone (tokens, seconds, counts), names of models, repositories under a hash"
    path = history_folder() / HISTORY
    return ok("history", f"{path}: {holds}; `reviewbot stats --clear` deletes them")
