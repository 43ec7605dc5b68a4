"""Weights of Hugging Face's repositories, from a server in its place to the disk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from reviewbot.errors import EngineUnavailable, ReviewbotError, UsageError
from reviewbot.models import hub_disk, weights
from reviewbot.models.hub import weights_of
from reviewbot.models.hub_disk import find
from reviewbot.models.hub_name import HubName, hub_name
from tests.models.fake_hub import at, entry, fake_hub
from tests.serving import Handler, Request, serving, unused_port

DATA = bytes(range(256)) * 400
_PARTS = {f"q8/big-Q8_0-0000{n}-of-00003.gguf": bytes([n]) * 5000 for n in (1, 2, 3)}
FILES = {"Small-Q4_K_M.gguf": DATA, "README.md": b"x", "a file.gguf": b"blank"} | _PARTS
_SMALL = HubName("owner/repo", "Q4_K_M")
_BIG = HubName("owner/repo", "Q8_0")


def _quiet(done: int, total: int) -> None:
    pass


def _pull(name: HubName, folder: Path) -> list[Path]:
    return [weights.fetch(entry, folder, _quiet) for entry in weights_of(name)]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# Pulling


def test_a_quantisation_is_fetched_verified_and_found_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with fake_hub(monkeypatch, FILES) as served:
        (path,) = _pull(_SMALL, tmp_path)
    assert path == tmp_path / "owner/repo/Small-Q4_K_M.gguf"
    assert path.read_bytes() == DATA
    assert [one.path for one in served.seen] == [
        "/api/models/owner/repo/tree/main?recursive=true",
        "/owner/repo/resolve/main/Small-Q4_K_M.gguf",
        "/owner/repo/stored/Small-Q4_K_M.gguf?Signed=1",
    ]
    monkeypatch.setattr(weights, "sha256_of", lambda _: pytest.fail("hashed again"))
    for text in ("owner/repo:q4_k_m", "hf.co/owner/repo:Small-Q4_K_M.gguf", "owner/repo"):
        name = hub_name(text)
        assert name is not None
        found = find(name, tmp_path)
        assert found is not None
        assert (found.path, found.digest, found.bytes) == (path, _digest(DATA), len(DATA))
        assert found.name == str(name)


def test_nothing_of_the_user_is_in_the_requests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HF_TOKEN", "REVIEWBOT_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "hunter2")
    with fake_hub(monkeypatch, FILES) as served:
        _pull(_SMALL, tmp_path)
    known = {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert all(one.headers.keys() <= known for one in served.seen)


def test_all_parts_are_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with fake_hub(monkeypatch, FILES):
        paths = _pull(_BIG, tmp_path)
    assert [path.read_bytes() for path in paths] == list(_PARTS.values())
    found = find(_BIG, tmp_path)
    assert found is not None
    assert (found.path, found.bytes) == (paths[0], 15000)
    assert found.digest == _digest("".join(map(_digest, _PARTS.values())).encode())
    paths[1].unlink()
    assert find(_BIG, tmp_path) is None


def test_a_download_goes_on_where_it_was_cut(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    partial = tmp_path / "owner/repo/Small-Q4_K_M.gguf.partial"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA[:1000])
    assert find(_SMALL, tmp_path) is None
    with fake_hub(monkeypatch, FILES) as served:
        (path,) = _pull(_SMALL, tmp_path)
    assert path.read_bytes() == DATA
    assert served.seen[-1].headers["range"] == "bytes=1000-"


def test_a_name_with_a_blank_is_asked_for_in_a_url(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with fake_hub(monkeypatch, {"a file-Q4_0.gguf": DATA}):
        (found,) = weights_of(HubName("owner/repo", "Q4_0"))
    assert found.url is not None
    assert found.url.endswith("/owner/repo/resolve/main/a%20file-Q4_0.gguf")


def test_other_bytes_than_were_listed_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listed = [entry("Small-Q4_K_M.gguf", b"\x01" + DATA[1:])]
    with (
        fake_hub(monkeypatch, FILES, listed=listed),
        pytest.raises(ReviewbotError, match="not what was published") as caught,
    ):
        _pull(_SMALL, tmp_path)
    assert caught.value.remedy.endswith("reviewbot models pull owner/repo:Q4_K_M")
    assert find(_SMALL, tmp_path) is None


# What Hugging Face says no to


def test_a_repository_that_is_private_or_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_hub(monkeypatch, FILES), pytest.raises(UsageError, match="HTTP 401") as caught:
        weights_of(HubName("owner/other", "Q4_K_M"))
    assert "owner/other" in caught.value.message
    assert "/owner/other" in caught.value.remedy
    assert "--model ./FILE.gguf" in caught.value.remedy


@pytest.mark.parametrize(
    ("status", "kind"), [(403, UsageError), (404, UsageError), (500, EngineUnavailable)]
)
def test_other_refusals(
    monkeypatch: pytest.MonkeyPatch, status: int, kind: type[ReviewbotError]
) -> None:
    def answer(handler: Handler, request: Request) -> None:
        handler.say("no", status)

    with serving(answer) as served:
        at(monkeypatch, served.url)
        with pytest.raises(kind, match=f"HTTP {status}"):
            weights_of(_SMALL)


def test_without_a_network_the_way_on_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(EngineUnavailable, match="cannot ask Hugging Face for owner/repo") as caught:
        weights_of(_SMALL)
    assert "reviewbot models pull owner/repo:Q4_K_M again" in caught.value.remedy
    assert "--model ./FILE.gguf" in caught.value.remedy


def test_a_quantisation_that_is_not_there_is_told_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fake_hub(monkeypatch, FILES), pytest.raises(UsageError) as caught:
        weights_of(HubName("owner/repo", "Q5_K_M"))
    assert "there are: Q4_K_M, a file.gguf, Q8_0" in caught.value.message


@pytest.mark.parametrize("listed", ["<html>", '"text"', "1", "[" * 100_000, "{"])
def test_an_answer_that_is_no_list_is_an_error(
    monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    with fake_hub(monkeypatch, FILES, listed=listed), pytest.raises(ReviewbotError) as caught:
        weights_of(_SMALL)
    assert "owner/repo" in caught.value.message


@pytest.mark.parametrize(
    "path", ["../up-Q4_K_M.gguf", "/etc/x-Q4_K_M.gguf", "a\nb-Q4_K_M.gguf", 3, None, ""]
)
def test_a_path_that_leaves_the_folder_is_no_file(
    monkeypatch: pytest.MonkeyPatch, path: object
) -> None:
    listed = [entry("x", b"") | {"path": path}, None, "x", entry("y", b"") | {"lfs": 1}]
    with (
        fake_hub(monkeypatch, FILES, listed=listed),
        pytest.raises(UsageError, match="has no GGUF file"),
    ):
        weights_of(_SMALL)


@pytest.mark.parametrize("lfs", [None, {}, {"oid": "x", "size": 5}])
def test_a_file_without_a_digest_is_not_fetched(
    monkeypatch: pytest.MonkeyPatch, lfs: object
) -> None:
    listed = [entry("x-Q4_K_M.gguf", b"12345") | {"lfs": lfs}]
    with (
        fake_hub(monkeypatch, FILES, listed=listed),
        pytest.raises(ReviewbotError, match="no SHA-256 is told"),
    ):
        weights_of(_SMALL)


# On disk


def test_what_was_not_pulled_is_none(tmp_path: Path) -> None:
    assert find(_SMALL, tmp_path) is None
    assert find(_SMALL, tmp_path / "absent") is None
    assert hub_disk.all_of(tmp_path / "absent") == []


def test_a_file_that_changed_since_it_was_pulled_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with fake_hub(monkeypatch, FILES):
        (path,) = _pull(_SMALL, tmp_path)
    os.utime(path, ns=(1, 1))
    assert find(_SMALL, tmp_path) is not None
    path.write_bytes(b"\x01" + DATA[1:])
    with pytest.raises(ReviewbotError, match="not what was published") as caught:
        find(_SMALL, tmp_path)
    assert "reviewbot models pull owner/repo:Q4_K_M" in caught.value.remedy


def test_a_file_put_there_by_hand_has_no_known_digest(tmp_path: Path) -> None:
    path = tmp_path / "owner/repo/x-Q4_K_M.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    (tmp_path / "x-Q4_K_M.gguf").write_bytes(DATA)
    found = find(_SMALL, tmp_path)
    assert found is not None
    assert (found.path, found.digest) == (path, None)
    assert [one.name for one in hub_disk.all_of(tmp_path)] == ["owner/repo:x-Q4_K_M.gguf"]


def test_of_two_that_are_meant_one_is_to_be_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with fake_hub(monkeypatch, FILES):
        _pull(_SMALL, tmp_path)
        _pull(_BIG, tmp_path)
    with pytest.raises(UsageError, match="several files"):
        find(HubName("owner/repo", ""), tmp_path)
    assert [one.name for one in hub_disk.all_of(tmp_path)] == [
        "owner/repo:Small-Q4_K_M.gguf",
        "owner/repo:q8/big-Q8_0-00001-of-00003.gguf",
    ]
