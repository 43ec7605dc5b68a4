"""Weights on disk: no byte is believed that was not hashed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.errors import EngineUnavailable, ReviewbotError, UsageError
from reviewbot.models import sources, weights
from reviewbot.models.catalog import Weights, Wheels
from reviewbot.models.sources import SourceError
from reviewbot.models.weights import by_name, fetch, models_folder, on_disk
from tests.conftest import ROOT
from tests.serving import Handler, Request, Served, serving, unused_port

DATA = bytes(range(256)) * 1000
ENTRY = Weights("x", "x.gguf", len(DATA), hashlib.sha256(DATA).hexdigest(), "", None, None)
_WHEELS = Wheels("fake==0.1", ".bin", 1, len(DATA))


def _quiet(done: int, total: int) -> None:
    pass


@pytest.fixture(autouse=True)
def _local_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sources, "from_url", lambda url, offset: _from_url(url, offset, ("127.0.0.1",))
    )


_from_url = sources.from_url


def _ranges(handler: Handler, request: Request) -> None:
    if found := re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", "")):
        handler.say(DATA[int(found[1]) :], 206)
    else:
        handler.say(DATA)


@pytest.fixture
def publisher() -> Iterator[Served]:
    with serving(_ranges) as served:
        yield served


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# Fetching


def test_a_fetched_file_is_whole_and_verified(publisher: Served, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    told: list[tuple[int, int]] = []
    path = fetch(replace(ENTRY, url=publisher.url), folder, lambda *now: told.append(now))
    assert path == folder / "x.gguf"
    assert path.read_bytes() == DATA
    assert told[-1] == (len(DATA), len(DATA))
    assert _names(folder) == {"x.gguf", "x.gguf.verified"}


def test_a_file_that_is_there_is_not_fetched_again(publisher: Served, tmp_path: Path) -> None:
    entry = replace(ENTRY, url=publisher.url)
    fetch(entry, tmp_path, _quiet)
    fetch(entry, tmp_path, _quiet)
    assert len(publisher.seen) == 1


def test_a_download_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    def answer(handler: Handler, request: Request) -> None:
        if "range" in request.headers:
            _ranges(handler, request)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(DATA)))
        handler.end_headers()
        handler.wfile.write(DATA[:100_000])

    with serving(answer) as served, pytest.MonkeyPatch.context() as patched:
        patched.setattr(sources, "_BLOCK", 4096)
        entry = replace(ENTRY, url=served.url)
        with pytest.raises(EngineUnavailable, match="could not download") as caught:
            fetch(entry, tmp_path, _quiet)
        assert "run the command again to go on from" in caught.value.remedy
        came = (tmp_path / "x.gguf.partial").stat().st_size
        assert 0 < came <= 100_000
        assert not (tmp_path / "x.gguf").exists()
        assert fetch(entry, tmp_path, _quiet).read_bytes() == DATA
    assert served.seen[1].headers["range"] == f"bytes={came}-"


def test_the_next_source_goes_on_where_the_first_was_cut(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[int] = []

    def cut(offset: int) -> Iterator[bytes]:
        yield DATA[:1000]
        raise SourceError("cut")

    def rest(offset: int) -> Iterator[bytes]:
        asked.append(offset)
        yield DATA[offset:]

    monkeypatch.setattr(sources, "of", lambda _: [cut, rest])
    assert fetch(ENTRY, tmp_path, _quiet).read_bytes() == DATA
    assert asked == [1000]


def test_a_partial_file_that_is_whole_needs_no_source(tmp_path: Path) -> None:
    (tmp_path / "x.gguf.partial").write_bytes(DATA)
    entry = replace(ENTRY, url=f"http://127.0.0.1:{unused_port()}")
    assert fetch(entry, tmp_path, _quiet).read_bytes() == DATA


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x01" + DATA[1:], "its SHA-256 is"),
        (DATA[:-1], f"has {len(DATA) - 1} bytes"),
        (DATA + b"x", f"has {len(DATA) + 1} bytes"),
        (b"", "has 0 bytes"),
    ],
)
def test_wrong_bytes_are_an_error_and_nothing_of_them_is_left(
    tmp_path: Path, data: bytes, said: str
) -> None:
    with (
        serving(lambda handler, _: handler.say(data)) as served,
        pytest.raises(ReviewbotError, match=said) as caught,
    ):
        fetch(replace(ENTRY, url=served.url), tmp_path, _quiet)
    assert not isinstance(caught.value, EngineUnavailable)
    assert "reviewbot models pull x" in caught.value.remedy
    assert _names(tmp_path) <= {"x.gguf.lock"}


def test_after_wrong_bytes_the_next_fetch_begins_anew(publisher: Served, tmp_path: Path) -> None:
    (tmp_path / "x.gguf.partial").write_bytes(b"\x01" + DATA[1:5000])
    entry = replace(ENTRY, url=publisher.url)
    with pytest.raises(ReviewbotError, match="not what was published"):
        fetch(entry, tmp_path, _quiet)
    assert fetch(entry, tmp_path, _quiet).read_bytes() == DATA


def test_a_source_without_end_does_not_fill_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def endless(offset: int) -> Iterator[bytes]:
        for _ in range(100):
            yield DATA
        pytest.fail("the download was not stopped")

    monkeypatch.setattr(sources, "of", lambda _: [endless])
    with pytest.raises(ReviewbotError, match="bytes"):
        fetch(ENTRY, tmp_path, _quiet)


def test_when_every_source_fails_each_reason_and_the_way_on_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def download(requirement: str, folder: Path) -> Path:
        raise SourceError(f"pip download {requirement}: no index")

    monkeypatch.setattr(sources, "_pip_download", download)
    entry = replace(ENTRY, url=f"http://127.0.0.1:{unused_port()}", wheels=_WHEELS)
    with pytest.raises(EngineUnavailable) as caught:
        fetch(entry, tmp_path, _quiet)
    assert "127.0.0.1: " in caught.value.message
    assert "pip download fake==0.1: no index" in caught.value.message
    assert f"put the file into {tmp_path} yourself" in caught.value.remedy


def test_a_redirect_to_a_foreign_host_is_refused(tmp_path: Path) -> None:
    with (
        serving(lambda handler, _: handler.say("", 302, location="https://10.0.0.5/")) as served,
        pytest.raises(EngineUnavailable, match=r"redirected to 10\.0\.0\.5"),
    ):
        fetch(replace(ENTRY, url=served.url), tmp_path, _quiet)


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReviewbotError, match="cannot keep") as caught:
        fetch(ENTRY, tmp_path / "file" / "models", _quiet)
    assert "REVIEWBOT_MODELS_DIR" in caught.value.remedy


def test_a_full_disk_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(offset: int) -> Iterator[bytes]:
        yield DATA[:10]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sources, "of", lambda _: [full])
    with pytest.raises(ReviewbotError, match="No space left"):
        fetch(ENTRY, tmp_path, _quiet)


# One at a time


def test_a_second_download_waits_and_then_finds_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    asked: list[int] = []

    def slow(offset: int) -> Iterator[bytes]:
        asked.append(offset)
        begun.set()
        go_on.wait(5)
        yield DATA

    monkeypatch.setattr(sources, "of", lambda _: [slow])
    found: list[Path] = []
    both = [
        threading.Thread(target=lambda: found.append(fetch(ENTRY, tmp_path, _quiet)))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    assert begun.wait(5)
    time.sleep(0.05)
    go_on.set()
    for thread in both:
        thread.join()
    assert asked == [0]
    assert found == [tmp_path / "x.gguf"] * 2
    assert (tmp_path / "x.gguf").read_bytes() == DATA


def test_a_second_process_waits_for_the_lock(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from reviewbot.models import weights\n"
        "from reviewbot.models.catalog import Weights\n"
        "entry = Weights('x', 'x.gguf', int(sys.argv[2]), sys.argv[3], '', None, None)\n"
        "print('waits', flush=True)\n"
        "print(weights.fetch(entry, Path(sys.argv[1]), lambda done, total: None).name)\n"
    )
    with (tmp_path / "x.gguf.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [sys.executable, "-c", program, tmp_path, str(ENTRY.bytes), ENTRY.sha256],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        with second:
            assert second.stdout is not None
            assert second.stdout.readline() == b"waits\n"
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(0.3)
            (tmp_path / "x.gguf").write_bytes(DATA)
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert second.stdout.readline() == b"x.gguf\n"
    assert second.returncode == 0


# On disk


def test_a_file_put_there_by_hand_is_verified(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(DATA)
    assert on_disk(ENTRY, tmp_path) == tmp_path / "x.gguf"


def test_an_absent_file_is_none(tmp_path: Path) -> None:
    assert on_disk(ENTRY, tmp_path) is None
    assert on_disk(ENTRY, tmp_path / "absent") is None


def test_a_verified_file_is_not_hashed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "x.gguf").write_bytes(DATA)
    on_disk(ENTRY, tmp_path)
    monkeypatch.setattr(weights, "sha256_of", lambda _: pytest.fail("hashed again"))
    assert on_disk(ENTRY, tmp_path)


def test_a_file_that_was_touched_is_hashed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(DATA)
    on_disk(ENTRY, tmp_path)
    hashed: list[Path] = []

    def sha256_of(path: Path) -> str:
        hashed.append(path)
        return ENTRY.sha256

    monkeypatch.setattr(weights, "sha256_of", sha256_of)
    os.utime(path, ns=(1, 1))
    assert on_disk(ENTRY, tmp_path)
    assert on_disk(ENTRY, tmp_path)
    assert hashed == [path]


def test_a_file_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(DATA)
    on_disk(ENTRY, tmp_path)
    path.write_bytes(b"\x01" + DATA[1:])
    os.utime(path, ns=(1, 1))
    with pytest.raises(ReviewbotError, match="not what was published") as caught:
        on_disk(ENTRY, tmp_path)
    assert str(path) in caught.value.remedy
    assert path.exists()


def test_a_stamp_for_other_weights_is_worth_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(DATA)
    on_disk(ENTRY, tmp_path)
    with pytest.raises(ReviewbotError, match="not what was published"):
        on_disk(replace(ENTRY, sha256="0" * 64), tmp_path)


def test_a_stamp_that_is_no_text_is_worth_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(DATA)
    (tmp_path / "x.gguf.verified").write_bytes(b"\xff\xfe")
    assert on_disk(ENTRY, tmp_path)


def test_a_folder_where_no_stamp_can_be_written_is_used_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(DATA)
    (tmp_path / "x.gguf.verified").mkdir()
    assert on_disk(ENTRY, tmp_path) == tmp_path / "x.gguf"


# Names and folders


def test_a_name_is_found_and_a_wrong_one_names_the_nearest() -> None:
    assert by_name("smollm2-135m").file == "smollm2-135m-instruct-q4_1.gguf"
    with pytest.raises(UsageError, match="'smollm2-135'") as caught:
        by_name("smollm2-135")
    assert caught.value.remedy == 'did you mean "smollm2-135m"?'


def test_the_folder_is_the_configured_one_or_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    assert models_folder("/srv/models") == Path("/srv/models")
    assert models_folder("~/models") == Path.home() / "models"
    assert models_folder(None).is_relative_to(Path(os.environ["XDG_DATA_HOME"]))
