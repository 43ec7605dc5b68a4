"""What was reviewed is not asked about again, as a user and a hook meet it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewbot.cache.database import FILE
from reviewbot.cli.caching import terms
from reviewbot.engines.learnt import cache_folder
from reviewbot.settings import Settings
from tests.conftest import Repository, Reviewbot, Run
from tests.engines.fake_ollama import CODER, FakeOllama, fake_ollama, tag
from tests.serving import unused_port

CLEAN: dict[str, object] = {"reply": {"findings": []}}
FINDING = {
    "quote": "    return x / 0",
    "problem": "It divides by zero.",
    "category": "correctness",
    "severity": "error",
}
OPTIONS = ("--format", "json", "--linters", "off", "--min-confidence", "0")


def _code(number: int, result: str = "x") -> str:
    return f"def work_{number}(x):\n    return {result} / {number}\n"


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with fake_ollama() as fake:
        yield fake


@pytest.fixture
def scripted(script: Callable[..., str]) -> tuple[str, ...]:
    name = script({"contains": "x / 0", "reply": {"findings": [FINDING]}}, CLEAN)
    return ("review", "--engine", "scripted", "--model", name, *OPTIONS)


def _usage(run: Run) -> tuple[int, int]:
    """Calls, and chunks from the cache, of a review that is whole."""
    assert run.report["status"] == "complete", run.report["problems"]
    usage = run.report["usage"]
    return usage["calls"], usage["cached_chunks"]


def _same(one: Run, other: Run) -> bool:
    """Whether two reports say the same of the same change."""
    beside = ("usage", "timings", "privacy")
    first, second = ({**run.report} for run in (one, other))
    return [first.pop(key) and second.pop(key) for key in beside] != [] and first == second


def test_an_unchanged_review_asks_nothing_and_says_the_same(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    for number in range(3):
        repository.stage(f"{number}.py", _code(number))
    first, second = reviewbot(*scripted), reviewbot(*scripted)
    assert (_usage(first), _usage(second)) == ((3, 0), (0, 3))
    assert len(first.report["findings"]) == 1
    assert _same(first, second)
    text = reviewbot(*scripted, "--format", "text", "--verbose")
    assert "6 of 6 changed lines reviewed (3 chunks from cache)" in text.out
    assert "chunks answered from the cache: 3" in text.err


def test_an_amended_commit_asks_about_the_changed_file_of_fifty(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    for number in range(50):
        repository.stage(f"{number}.py", _code(number))
    repository.commit()
    assert _usage(reviewbot(*scripted, "--commit", "HEAD")) == (50, 0)
    repository.stage("7.py", _code(7, "x + 1"))
    repository.git("commit", "--quiet", "--no-verify", "--amend", "--message", "amended")
    assert _usage(reviewbot(*scripted, "--commit", "HEAD")) == (1, 49)


def test_a_second_push_of_a_branch_is_reviewed_by_its_new_hunks(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    body = "".join(f"value_{line} = {line}\n" for line in range(60))
    repository.stage("a.py", _code(1) + body)
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "side")
    for name in ("b.py", "c.py"):
        repository.stage(name, _code(2))
    repository.stage("a.py", _code(1, "2 * x") + body)
    repository.commit()
    assert _usage(reviewbot(*scripted, "--base", "main")) == (3, 0)
    repository.stage("a.py", _code(1, "2 * x") + body + "more = 1\n")
    repository.stage("d.py", _code(4))
    repository.commit()
    assert _usage(reviewbot(*scripted, "--base", "main")) == (2, 3)


def test_another_model_window_or_way_of_asking_is_another_question(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("a.py", _code(0))
    engine = ("review", "--engine", "scripted", *OPTIONS, "--model", script(CLEAN))
    assert _usage(reviewbot(*engine)) == (1, 0)
    assert _usage(reviewbot(*engine, "--temperature", "0.5")) == (1, 0)
    assert _usage(reviewbot(*engine)) == (0, 1)
    script({"reply": {"findings": [FINDING]}})
    changed = reviewbot(*engine)
    assert _usage(changed) == (1, 0)
    assert len(changed.report["findings"]) == 1
    script(CLEAN)
    back = reviewbot(*engine)
    assert (_usage(back), back.report["findings"]) == ((0, 1), [])


def test_without_a_cache_all_is_asked_and_nothing_is_written(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...], tmp_path: Path
) -> None:
    repository.stage("a.py", _code(0))
    environ = {"REVIEWBOT_CACHE_DIR": str(tmp_path / "kept")}
    for flag, more in (("--no-cache", {}), ("--strict", {"REVIEWBOT_CACHE": "off"})):
        for _ in range(2):
            assert _usage(reviewbot(*scripted, flag, environ=environ | more)) == (1, 0)
    assert not (tmp_path / "kept" / FILE).exists()


def test_the_repository_cannot_turn_it_on(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    repository.stage("a.py", _code(0))
    repository.write(".reviewbot.toml", 'cache = "on"\n')
    run = reviewbot(*scripted)
    assert run.code == 2
    assert "`cache` is not the repository's to set" in run.err


def test_a_reply_that_was_cut_or_cannot_be_read_is_asked_for_again(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("a.py", "a = cut()\n")
    repository.stage("b.py", "b = odd()\n")
    repository.stage("c.py", "c = failed()\n")
    repository.stage("d.py", "d = well()\n")
    name = script(
        {"contains": "cut()", "reply": '{"findings": []}', "finish": "length"},
        {"contains": "odd()", "reply": "I think that it is fine."},
        {"contains": "failed()", "error": "HTTP 500"},
        CLEAN,
    )
    for cached in (0, 1):
        run = reviewbot("review", "--engine", "scripted", "--model", name, *OPTIONS)
        assert run.code == 3
        assert run.report["usage"]["cached_chunks"] == cached


def test_a_cap_and_a_deadline_hold_for_what_is_asked(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    for number in range(5):
        repository.stage(f"{number}.py", _code(number))
    codes = [reviewbot(*scripted, "--max-chunks", "2").code for _ in range(3)]
    assert codes == [3, 3, 0]  # two more each time
    late = reviewbot(*scripted, "--deadline", "0.000001")
    assert _usage(late) == (0, 5)


def test_rows_hold_no_secret_and_no_path(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6"
    repository.stage("hidden_name.py", f'token = "{secret}"\nx = eval(y)\n')
    finding = {**FINDING, "quote": "x = eval(y)"}
    name = script({"reply": {"findings": [finding]}})
    run = reviewbot("review", "--engine", "scripted", "--model", name, *OPTIONS)
    assert "It divides" in json.dumps(run.report["findings"])
    (path,) = _folder().glob(FILE)
    held = b"".join(file.read_bytes() for file in _folder().glob(f"{FILE}*"))
    assert b"It divides" in held
    for word in (secret.encode(), b"hidden_name", b"Review"):
        assert word not in held
    assert path.stat().st_mode & 0o077 == 0


def _folder() -> Path:
    return cache_folder(None)


def _ollama(reviewbot: Reviewbot, url: str, *more: str) -> Run:
    return reviewbot("review", "--engine", "ollama", "--url", url, *OPTIONS, *more)


def test_a_server_that_is_down_is_not_missed_where_all_is_known(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    repository.stage("a.py", _code(1))
    repository.stage("b.py", _code(2))
    with fake_ollama(port) as fake:
        first = _ollama(reviewbot, url)
        assert len(fake.chats) == 2
    down = _ollama(reviewbot, url)
    assert down.code == 0
    assert _usage(down) == (0, 2)
    assert _same(first, down)
    assert first.report["privacy"]["connections"] != []
    assert down.report["privacy"]["connections"] == []

    repository.stage("c.py", _code(3))
    partly = _ollama(reviewbot, url)
    assert partly.code == 3
    reviewed = {entry["path"]: entry["reviewed"] for entry in partly.report["coverage"]}
    assert reviewed == {"a.py": 2, "b.py": 2, "c.py": 0}
    assert partly.report["engine"]["model"] == CODER
    (problem,) = partly.report["problems"]
    assert str(port) in problem
    with fake_ollama(port) as fake:
        assert _usage(_ollama(reviewbot, url)) == (1, 2)
        assert len(fake.chats) == 1


def test_a_model_that_was_never_asked_is_not_named(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    repository.stage("a.py", _code(1))
    with fake_ollama(port):
        assert _ollama(reviewbot, url).code == 0
    repository.stage("a.py", _code(2))
    down = _ollama(reviewbot, url)
    assert (down.code, down.report["engine"]) == (3, None)


def test_what_another_model_said_under_the_name_is_asked_anew(
    reviewbot: Reviewbot, repository: Repository, ollama: FakeOllama
) -> None:
    repository.stage("a.py", _code(1))
    assert _usage(_ollama(reviewbot, ollama.url)) == (1, 0)
    other = hashlib.sha256(b"pulled anew").hexdigest()
    ollama.tags = [tag(CODER, digest=other)]
    repository.stage("b.py", _code(2))
    run = _ollama(reviewbot, ollama.url)
    assert run.report["engine"]["digest"] == other
    assert _usage(run) == (2, 0)
    assert _usage(_ollama(reviewbot, ollama.url)) == (0, 2)


def test_what_may_be_talked_to_is_a_part_of_what_is_remembered() -> None:
    """An address that is refused now is refused, whatever it answered when it was allowed."""
    then = terms(Settings(url="https://192.0.2.1", allow_hosts=("192.0.2.1",)))
    assert terms(Settings(url="https://192.0.2.1")).words != then.words


def test_stats_and_clear(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    def stats() -> dict[str, str]:
        rows = reviewbot("cache", "stats").out.splitlines()
        return dict(row.split(maxsplit=1) for row in rows)

    empty = stats()
    assert (empty["rows"], empty["bytes"], empty["hits"]) == ("0", "0", "0")
    assert not Path(empty["path"]).exists()
    repository.stage("a.py", _code(1))
    assert [_usage(reviewbot(*scripted)) for _ in range(2)] == [(1, 0), (0, 1)]
    assert int(stats()["rows"]) > 0
    assert int(stats()["hits"]) > 0
    cleared = reviewbot("cache", "clear")
    assert (cleared.code, cleared.out.startswith("deleted ")) == (0, True)
    assert stats()["rows"] == "0"
    assert _usage(reviewbot(*scripted)) == (1, 0)


def test_a_damaged_cache_is_told_once_and_a_review_is_done(
    reviewbot: Reviewbot, repository: Repository, scripted: tuple[str, ...]
) -> None:
    repository.stage("a.py", _code(1))
    _folder().mkdir(mode=0o700, exist_ok=True)
    (_folder() / FILE).write_bytes(b"no database" * 999)
    first, second = reviewbot(*scripted, "--quiet"), reviewbot(*scripted)
    assert "the cache was damaged" in first.err
    assert (second.err, _usage(second)) == ("", (0, 1))
    (_folder() / FILE).unlink()
    (_folder() / FILE).mkdir()
    quiet, verbose = reviewbot(*scripted), reviewbot(*scripted, "--verbose")
    assert (_usage(quiet), quiet.err) == ((1, 0), "")
    assert f"{FILE} is not used" in verbose.err
    told = reviewbot("cache", "stats")
    assert (told.code, "rows   0" in told.out) == (0, True)


_IMPORTED = """
import sys
from reviewbot.cli.main import main
main(["review"])
print(sorted(name for name in sys.modules if "sqlite" in name or "reviewbot.cache" in name))
"""


def test_nothing_staged_imports_no_cache(repository: Repository) -> None:
    command = [sys.executable, "-P", "-c", _IMPORTED]
    done = subprocess.run(command, cwd=repository.path, capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def _asked(report: dict[str, Any]) -> int:
    return int(report["usage"]["calls"])


def test_a_hook_asks_no_more_than_a_review_did(
    reviewbot: Reviewbot, repository: Repository, ollama: FakeOllama
) -> None:
    repository.stage("a.py", _code(1))
    first = _ollama(reviewbot, ollama.url)
    hook = reviewbot(
        *("hook", "pre-commit", "--engine", "ollama", "--url", ollama.url, "--linters", "off")
    )
    assert "(1 chunk from cache)" in hook.out
    assert len(ollama.chats) == _asked(first.report) == 1
