"""What every host's API is asked through: one door, a bound on waiting, and a token that no
message holds.

A request that was refused is told by its status. A busy server (429, 5xx, a lost connection) is
asked again. What creates something is asked again only after a look at whether it was created,
since an answer that was lost is no sign that nothing happened.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from reviewbot.endpoint import Endpoint
from reviewbot.engines.backoff import retry_after
from reviewbot.errors import HostError, ReviewbotError
from reviewbot.plain import plain_line

_LONGEST_BODY = 256 << 20
_LONGEST_SECONDS = 300
_LONGEST_MESSAGE = 300
_MOST_PAGES = 1000
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_TOO_MANY = 429
_SERVER_FAILED = 500
TIMEOUT = httpx.Timeout(60.0, connect=10.0)

Tell = Callable[[str], object]


class StatusError(HostError):
    """A host that answered with something else than success. `said` is its own words."""

    def __init__(self, host: str, status: int, said: str) -> None:
        super().__init__(f"{host} answers {status}: {said}")
        self.status = status
        self.said = said


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx.Headers
    data: Any

    def item(self) -> dict[str, Any]:
        return mapping(self.data)

    def items(self) -> list[dict[str, Any]]:
        found = self.data if isinstance(self.data, list) else []
        return [item for item in found if isinstance(item, dict)]


@dataclass(slots=True)
class Patience:
    """The seconds that may be waited for a busy host, all waits of the run together."""

    left: float

    def wait(self, seconds: float) -> bool:
        """Wait; False, at once, where that would be too long."""
        if seconds > self.left:
            return False
        time.sleep(seconds)
        self.left -= seconds
        return True


@dataclass(frozen=True, slots=True)
class Api:
    """One host's API. `token` is here only to be taken out of what is said."""

    client: httpx.Client
    endpoint: Endpoint
    token: str = field(repr=False)
    patience: Patience
    tell: Tell

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        parameters: dict[str, str | int] | None = None,
        done: Callable[[], bool] | None = None,
    ) -> Answer:
        """Ask, and ask a busy host again. `done` says whether a request that creates something
        was carried out though its answer was lost; without it such a request is sent once.

        Raises StatusError for a refusal, HostError for a host that cannot be reached or stays
        busy.
        """
        pause = _FIRST_PAUSE
        repeatable = method != "POST" or done is not None
        while True:
            answer = self._once(method, path, body, parameters or {})
            if isinstance(answer, Answer) and not _is_busy(answer):
                return self._accepted(answer)
            limited = isinstance(answer, Answer) and answer.status < _SERVER_FAILED
            if not limited and done is not None and done():
                return Answer(200, httpx.Headers(), None)
            wait = max(pause, _asked(answer) or 0.0)
            pause = min(2 * pause, _LONGEST_PAUSE)
            if not (limited or repeatable) or not self.patience.wait(wait):
                raise self._failed(answer)
            self.tell(f"{self.endpoint.host} {_trouble(answer)}; asked again after {wait:.1f} s")

    def pages(self, path: str, **parameters: str | int) -> Iterator[dict[str, Any]]:
        """The items of a list, over all its pages."""
        wanted: dict[str, str | int] = {"per_page": 100, **parameters}
        for _ in range(_MOST_PAGES):
            answer = self.send("GET", path, parameters=wanted)
            yield from answer.items()
            following = self._next(answer.headers)
            if following is None:
                return
            wanted |= following
        raise HostError(
            f"{self.endpoint.host}: {path} has more than {_MOST_PAGES} pages",
            "there is more of it than reviewbot reads: close some of the threads there",
        )

    def clean(self, text: str) -> str:
        """The text on one line, without the token in any spelling that a server may echo."""
        for secret in {self.token, quote(self.token, safe="")} - {""}:
            text = text.replace(secret, "[token]")
        return plain_line(text)

    def _once(
        self, method: str, path: str, body: object, parameters: dict[str, str | int]
    ) -> Answer | str:
        """One request: its answer, or what went wrong with the connection."""
        # ASCII: a name that a host spelt wrongly is no reason not to be able to repeat it.
        content = None if body is None else json.dumps(body).encode("ascii")
        headers = {"content-type": "application/json"} if content else {}
        asked = self.client.stream(
            method, path, content=content, headers=headers, params=parameters
        )
        try:
            with asked as response:
                data = _read(response)
                return Answer(response.status_code, response.headers, _parsed(data))
        except httpx.RequestError as error:
            return self.clean(f"{type(error).__name__}: {error}")

    def _accepted(self, answer: Answer) -> Answer:
        if httpx.codes.is_success(answer.status):
            return answer
        host = self.endpoint.host
        if httpx.codes.is_redirect(answer.status):
            raise HostError(
                f"{host} answers with a redirect ({answer.status}), which is not followed",
                "give the address of the API itself with --url",
            )
        said = self.clean(_message(answer.data))[:_LONGEST_MESSAGE]
        raise StatusError(host, answer.status, said or "no message")

    def _failed(self, answer: Answer | str) -> ReviewbotError:
        asked = _asked(answer)
        wish = f" and asks to wait {asked:.0f} s" if asked else ""
        message = f"{self.endpoint.host} {_trouble(answer)}{wish}"
        return HostError(message, "run the same command again later: nothing is posted twice")

    def _next(self, headers: httpx.Headers) -> dict[str, str | int] | None:
        """The parameters of the next page. GitLab counts them, and its links may name a host that
        only its own proxy knows; GitHub's links are followed on the same host alone."""
        if "x-next-page" in headers:
            number = headers["x-next-page"].strip()
            return {"page": int(number)} if number.isascii() and number.isdigit() else None
        link = _link(headers.get("link", ""))
        if not link:
            return None
        parts = urlsplit(link)
        here = urlsplit(self.endpoint.url)
        if (parts.scheme, parts.netloc.removesuffix(_usual_port(here.scheme))) != (
            here.scheme,
            here.netloc.removesuffix(_usual_port(here.scheme)),
        ):
            raise HostError(
                f"the next page of {here.hostname} is on another host"
                f" ({self.clean(parts.hostname or 'none')}): not followed",
                "give the address of the API itself with --url",
            )
        return {name: values[0] for name, values in parse_qs(parts.query).items()}


def mapping(value: object) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _usual_port(scheme: str) -> str:
    return {"http": ":80", "https": ":443"}[scheme]


def _link(header: str) -> str:
    """The address of the next page in a Link header (RFC 8288)."""
    for entry in header.split(","):
        address, _, rest = entry.strip().partition(">")
        if 'rel="next"' in rest and address.startswith("<"):
            return address[1:]
    return ""


def _is_busy(answer: Answer) -> bool:
    """GitHub says 403 where it means 429, with the time to wait or a limit that is used up."""
    headers = answer.headers
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return (
        answer.status == _TOO_MANY
        or answer.status >= _SERVER_FAILED
        or (answer.status == httpx.codes.FORBIDDEN and limited)
    )


def _asked(answer: Answer | str) -> float | None:
    if isinstance(answer, str):
        return None
    reset = answer.headers.get("x-ratelimit-reset", "")
    if "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") != "0":
        return retry_after(answer.headers.get("retry-after"))
    return max(0.0, float(reset) - time.time()) if reset.isascii() and reset.isdigit() else None


def _trouble(answer: Answer | str) -> str:
    return answer if isinstance(answer, str) else f"is busy (HTTP {answer.status})"


def _read(response: httpx.Response) -> bytes:
    """The whole answer; a slow drip of bytes never times out by itself."""
    ends_at = time.monotonic() + _LONGEST_SECONDS
    found = bytearray()
    for block in response.iter_bytes():
        found += block
        if len(found) > _LONGEST_BODY or time.monotonic() > ends_at:
            raise httpx.ReadError(f"more than {_LONGEST_BODY} bytes, or {_LONGEST_SECONDS} s")
    return bytes(found)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data[:_LONGEST_MESSAGE].decode("utf-8", "replace")


def _message(data: Any) -> str:
    """A host's own words: GitLab's `message` or `error`, GitHub's `message` and `errors`."""
    if not isinstance(data, dict):
        return data if isinstance(data, str) else ""
    said = data.get("message") or data.get("error") or ""
    text = said if isinstance(said, str) else json.dumps(said)
    return f"{text} {json.dumps(data['errors'])}" if data.get("errors") else text
