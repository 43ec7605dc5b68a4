"""One worker keeps the engine for all reviews of a user, and heals whatever is killed."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import time
from pathlib import Path

import pytest

from reviewbot.engines.worker import caller
from reviewbot.network import Door
from reviewbot.private_socket import Listener
from tests.engines.worker.reviews import FAKE, Desk, gone, kill, read, until


def _own_socket(said: dict[str, list[str]], desk: Desk) -> bool:
    """Whether the engine that was opened is the review's own, and no worker's."""
    return f"unix:{desk.cache}" not in said["connections"][-1]


# Kept


def test_the_second_review_finds_the_model_loaded(desk: Desk) -> None:
    model = desk.model()
    first = desk.review(model, asks=True)
    second = desk.review(model, asks=True)
    assert first["text"] == second["text"] == '{"findings": []}'
    assert first["window"] == second["window"] == 512
    assert (first["waits"], second["waits"]) == (["loading fake"], [])
    assert first["connections"] == second["connections"]
    assert first["connections"][0] == f"unix:{desk.place.socket}"
    assert desk.loads() == [desk.running().engine_pid]


def test_twenty_reviews_at_once_start_one_worker_and_one_engine(desk: Desk) -> None:
    model = desk.model(seconds=1)
    begun = [desk.begin(model) for _ in range(20)]
    said = [read(process.communicate(timeout=200)[0]) for process in begun]
    assert [one.get("window") or one for one in said] == [512] * 20
    assert len({one["connections"][-1] for one in said}) == 1
    assert len(desk.loads()) == 1


def test_a_worker_leaves_when_nobody_has_had_its_engine_for_a_while(desk: Desk) -> None:
    model = desk.model()
    with desk.reviewing(model, minutes=0.02):
        worker = desk.running()
        time.sleep(2)  # longer than 0.02 minutes: while it is lent, it stays
        assert desk.running().leases == 1
    assert worker.engine_pid is not None
    assert until(lambda: gone(worker.pid))
    assert gone(worker.engine_pid)
    assert sorted(path.name for path in desk.place.folder.iterdir()) == [
        "worker.lock",
        "worker.log",
    ]
    assert desk.place.log.read_text() == ""


def test_a_model_goes_on_loading_for_the_next_review(desk: Desk) -> None:
    model = desk.model(seconds=6)
    late = desk.review(model, deadline=4)
    assert f"{model} was not loaded within" in late["error"]
    assert "goes on loading" in late["remedy"]
    assert desk.review(model)["window"] == 512
    assert len(desk.loads()) == 1


# What it holds of its caller


def test_a_worker_holds_nothing_of_the_review_that_started_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", "/x/index")
    monkeypatch.setenv("REVIEWBOT_API_KEY", "not-yours")
    desk.review(desk.model())
    worker = desk.running()
    assert worker.engine_pid is not None
    process = Path(f"/proc/{worker.pid}")
    opened = [str(path.readlink()) for path in (process / "fd").iterdir()]
    assert not [name for name in opened if name.startswith("pipe:") and name in _pipes(os.getpid())]
    assert (process / "cwd").readlink() == Path("/")
    assert os.getsid(worker.pid) not in (os.getsid(0), worker.pid)
    for pid in (worker.pid, worker.engine_pid):
        environ = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"GIT_" not in environ
        assert b"not-yours" not in environ


def _pipes(pid: int) -> set[str]:
    return {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.exists()}


def test_others_can_enter_neither_folder_nor_socket(desk: Desk) -> None:
    desk.review(desk.model())
    place = desk.place
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (place.folder, place.socket, place.lock)]
    assert modes == [0o700, 0o600, 0o600]


# Other wishes


def test_another_way_of_loading_replaces_the_engine_where_nobody_has_it(desk: Desk) -> None:
    model = desk.model()
    desk.review(model)
    worker = desk.running()
    assert desk.review(model, window=1024)["window"] == 1024
    again = desk.running()
    assert worker.engine_pid is not None
    assert gone(worker.engine_pid)
    assert (again.pid, len(desk.loads())) == (worker.pid, 2)


def test_a_model_that_is_lent_stays_and_the_other_is_loaded_by_its_review(desk: Desk) -> None:
    model, other = desk.model(), desk.model("other.gguf")
    with desk.reviewing(model):
        before = desk.running()
        said = desk.review(other)
        assert _own_socket(said, desk)
        assert desk.running().engine_pid == before.engine_pid
    assert gone(desk.loads("other.gguf")[0])


def test_a_killed_review_gives_its_engine_back(desk: Desk) -> None:
    with desk.reviewing(desk.model()) as review:
        assert desk.running().leases == 1
        review.kill()
    assert until(lambda: desk.running().leases == 0)


def test_weights_that_were_replaced_are_loaded_anew(desk: Desk) -> None:
    desk.review(desk.model())
    desk.review(desk.model(seconds=0.1))
    assert len(desk.loads()) == 2


def test_a_worker_of_another_build_is_replaced_when_nobody_has_its_engine(desk: Desk) -> None:
    desk.fake = desk.cache / "fake"
    shutil.copytree(FAKE, desk.fake)
    model = desk.model()
    with desk.reviewing(model):
        before = desk.running()
        os.utime(desk.fake / "xllamacpp.py", (1, 1))
        assert _own_socket(desk.review(model), desk)
    assert desk.review(model)["window"] == 512
    assert desk.running().pid != before.pid
    assert gone(before.pid)


def test_a_model_that_does_not_load_is_told_in_the_engines_words(desk: Desk) -> None:
    model = desk.model(fails="it has no head")
    for _ in range(2):
        said = desk.review(model)
        assert said["error"] == f"the embedded engine could not load {model}: it has no head"
        assert "--model" in said["remedy"]
    assert desk.review(desk.model())["window"] == 512


# Killed


def test_a_killed_worker_leaves_no_engine_and_the_next_review_heals(desk: Desk) -> None:
    model = desk.model()
    desk.review(model)
    worker = desk.running()
    assert worker.engine_pid is not None
    kill(worker.pid)
    assert desk.place.socket.exists()
    engine = worker.engine_pid
    assert until(lambda: gone(engine))
    assert desk.status() is None
    assert desk.review(model)["window"] == 512
    assert desk.running().pid != worker.pid
    assert len(list(desk.place.folder.glob("e*/"))) == 1


def test_a_worker_that_is_killed_while_it_loads_is_followed_by_another(desk: Desk) -> None:
    model = desk.model(seconds=2)
    with desk.begin(model) as review:
        assert until(lambda: len(desk.loads()) == 1)
        kill(desk.running().pid)
        assert read(review.communicate(timeout=100)[0])["window"] == 512
    assert len(desk.loads()) == 2


def test_a_killed_engine_is_loaded_again(desk: Desk) -> None:
    model = desk.model()
    desk.review(model)
    worker = desk.running()
    assert worker.engine_pid is not None
    kill(worker.engine_pid)
    assert desk.review(model, asks=True)["text"]
    again = desk.running()
    assert (again.pid, len(desk.loads())) == (worker.pid, 2)


def test_a_polite_kill_ends_the_engine_too(desk: Desk) -> None:
    desk.review(desk.model())
    worker = desk.running()
    assert worker.engine_pid is not None
    os.kill(worker.pid, signal.SIGTERM)
    assert until(lambda: gone(worker.pid))
    assert gone(worker.engine_pid)
    assert not desk.place.socket.exists()


def test_a_worker_whose_folder_was_removed_leaves(desk: Desk) -> None:
    desk.review(desk.model())
    worker = desk.running()
    shutil.rmtree(desk.place.folder)
    assert until(lambda: gone(worker.pid))


def test_what_engines_left_behind_is_taken_away(desk: Desk) -> None:
    left = desk.place.folder / "e_old"
    left.mkdir()
    desk.review(desk.model())
    assert not left.exists()


# None to have


def test_one_that_does_not_answer_is_done_without(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "_GREETING_SECONDS", 0.2)
    silent = Listener(desk.place.socket)
    try:
        with pytest.raises(TimeoutError):
            caller.greeting(desk.place, Door())
    finally:
        silent.close()


def test_a_stopped_worker_costs_a_review_seconds_and_no_answer(desk: Desk) -> None:
    model = desk.model()
    desk.review(model)
    worker = desk.running()
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        said = desk.review(model, asks=True)
    finally:
        os.kill(worker.pid, signal.SIGCONT)
    assert said["text"] == '{"findings": []}'
    assert _own_socket(said, desk)


def test_a_review_of_low_priority_borrows_a_worker_but_starts_none(desk: Desk) -> None:
    """It would have that priority for all the reviews after it."""
    model = desk.model()
    said = desk.review(model, asks=True, starts=False)
    assert desk.status() is None
    assert _own_socket(said, desk)
    desk.review(model)
    said = desk.review(model, asks=True, starts=False)
    assert said["text"] == '{"findings": []}'
    assert not _own_socket(said, desk)
