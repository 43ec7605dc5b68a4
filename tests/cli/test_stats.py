"""What reviews took and cost, as a user asks for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reviewbot.config import user_config_path
from reviewbot.history.store import FILE, History, history_folder
from tests.conftest import ROOT, Repository, Reviewbot
from tests.history.sample import write_sample

PRICES = (
    *("--api-input", "3", "--api-output", "10", "--watts", "200", "--kwh", "0.25"),
    *("--purchase", "400", "--currency", "EUR"),
)
UNTIL = ("--until", "2025-09-01")
FINDING = {
    "quote": "a = 1 / 0",
    "problem": "It divides by zero.",
    "category": "correctness",
    "severity": "error",
}


@pytest.fixture
def scripted(script: Callable[..., str]) -> dict[str, str]:
    reply = {"reply": {"findings": [FINDING]}}
    return {
        "REVIEWBOT_ENGINE": "scripted",
        "REVIEWBOT_MODEL": script(reply),
        "REVIEWBOT_LINTERS": "off",
        "REVIEWBOT_MIN_CONFIDENCE": "0",
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder / FILE


@pytest.fixture
def sample(made: Path) -> None:
    """The history of the page."""
    history_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy2(made, history_folder() / FILE)


def _sums(reviewbot: Reviewbot, *arguments: str) -> dict[str, Any]:
    run = reviewbot("stats", "--json", *arguments)
    assert run.code == 0, run.err
    return run.report


def test_each_way_to_ask_is_noted_and_nothing_of_the_code(
    reviewbot: Reviewbot, repository: Repository, scripted: dict[str, str]
) -> None:
    repository.stage("b.py", "b = 1\n")
    base = repository.commit()
    repository.stage("a.py", "a = 1 / 0\n")
    for command in (["review"], ["hook", "pre-commit"], ["review", "--no-cache"]):
        assert reviewbot(*command, environ=scripted).code == 0
    head = repository.commit()
    job = {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_COMMIT_SHA": head,
    }
    assert reviewbot("review", "--ci", environ=scripted | job).code == 0
    reviewbot("explain", environ=scripted)
    assert reviewbot("review", environ=scripted).code == 0  # nothing is staged
    found = _sums(reviewbot)
    counted = {one["name"]: (one["reviews"], one["calls"]) for one in found["kinds"]}
    assert counted["review"] == (2, 2)
    assert counted["hook"] == (1, 0)
    assert counted["ci"][0] == counted["explain"][0] == 1
    assert found["all"]["errors"] == 4
    assert found["all"]["chunks"] == 4
    assert found["all"]["cached_chunks"] >= 1
    (model,) = {one["name"].partition(" ")[0] for one in found["models"]}
    assert model == "scripted"
    held = b"".join(file.read_bytes() for file in history_folder().glob(f"{FILE}*"))
    assert b"scripted" in held
    for word in (b"a.py", b"1 / 0", b"divides", str(repository.path).encode()):
        assert word not in held


def test_it_can_be_turned_off_by_the_user_alone(
    reviewbot: Reviewbot, repository: Repository, scripted: dict[str, str]
) -> None:
    repository.stage("a.py", "a = 1 / 0\n")
    assert reviewbot("review", environ=scripted | {"REVIEWBOT_HISTORY": "off"}).code == 0
    assert not (history_folder() / FILE).exists()
    repository.write(".reviewbot.toml", 'history = "off"\n')
    refused = reviewbot("review", environ=scripted)
    assert (refused.code, "not the repository's to set" in refused.err) == (2, True)


@pytest.mark.parametrize("table", ["[costs]\nwatts = 1\n", "costs = 7\n"])
def test_a_repository_sets_no_prices(
    reviewbot: Reviewbot, repository: Repository, scripted: dict[str, str], table: str
) -> None:
    repository.stage("a.py", "a = 1 / 0\n")
    repository.write(".reviewbot.toml", table)
    refused = reviewbot("review", environ=scripted)
    assert (refused.code, "`costs` is not the repository's" in refused.err) == (2, True)


def test_prices_of_the_user_trouble_no_review(
    reviewbot: Reviewbot, repository: Repository, scripted: dict[str, str]
) -> None:
    _config('[costs]\nwatts = "many"\n')
    repository.stage("a.py", "a = 1 / 0\n")
    assert reviewbot("review", environ=scripted).code == 0
    told = reviewbot("stats")
    assert (told.code, "[costs] `watts` cannot be 'many'" in told.err) == (2, True)
    _config("costs = 7\n")
    assert "`costs` is not a table" in reviewbot("stats").err


def _config(text: str) -> Path:
    path = user_config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("sample")
def test_the_example_of_the_page_is_what_is_printed(reviewbot: Reviewbot) -> None:
    page = (ROOT / "docs" / "stats.md").read_text(encoding="utf-8")
    (prices,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (command, shown) = re.findall(r"```console\n\$ reviewbot (.*?)\n(.*?)```", page, re.DOTALL)[1]
    _config(prices)
    run = reviewbot(*command.split(), environ={"TZ": "UTC"})
    assert run.out == shown


def test_the_page_names_each_key_of_its_formulas() -> None:
    page = (ROOT / "docs" / "stats.md").read_text(encoding="utf-8")
    formulas = page.partition("## Formulas")[2]
    keys = ("api_input", "api_cached_input", "api_output", "watts", "idle_watts", "idle_hours")
    assert all(f"`{key}`" in formulas for key in (*keys, "kwh", "purchase", "lifetime_years"))


@pytest.mark.usefixtures("sample")
def test_a_period_and_a_repository_are_a_part_of_it(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    all_of_it = _sums(reviewbot, *UNTIL)
    assert all_of_it["all"]["reviews"] == sum(one["reviews"] for one in all_of_it["months"])
    july = _sums(reviewbot, "--since", "2025-07-01", "--until", "2025-08-01")
    assert july["period"]["days"] == pytest.approx(31, abs=0.1)
    assert [july["all"]["reviews"]] == [one["reviews"] for one in all_of_it["months"][1:2]]
    assert _sums(reviewbot, "--last", "1")["all"]["reviews"] == 0
    assert _sums(reviewbot, "--repository")["all"]["reviews"] == 0
    History(history_folder()).add(_entry(), repository.path / ".git")
    assert _sums(reviewbot, "--repository")["all"]["reviews"] == 1
    repository.commit()
    repository.git("worktree", "add", "--quiet", "../linked")
    linked = reviewbot("stats", "--json", "--repository", cwd=repository.path.parent / "linked")
    assert linked.report["all"]["reviews"] == 1
    before = _sums(reviewbot, "--since", "2025-01-01", *UNTIL)
    assert before["period"] == all_of_it["period"]  # it begins with the first review


def _entry() -> Any:
    from reviewbot.history.entry import Entry

    return Entry(1_750_000_000.0, "review", "complete")


@pytest.mark.usefixtures("sample")
def test_money_of_a_few_days_is_not_gone_on_from(reviewbot: Reviewbot) -> None:
    few = ("--since", "2025-06-02", "--until", "2025-06-06", *PRICES)
    assert _sums(reviewbot, *few)["money"]["bought"] is None
    assert "too few to go on from" in reviewbot("stats", *few).out
    bold = _sums(reviewbot, *few, "--extrapolate")["money"]
    assert bold["bought"]["break_even_month"] > 0
    assert bold["there_anyway"]["break_even_month"] == 0


@pytest.mark.usefixtures("sample")
def test_the_totals_are_those_of_the_tokens(reviewbot: Reviewbot) -> None:
    found = _sums(reviewbot, *UNTIL, *PRICES)
    counts, money = found["all"], found["money"]
    api = (counts["prompt_tokens"] * 3 + counts["completion_tokens"] * 10) / 1_000_000
    assert money["api"]["total"] == pytest.approx(api)
    busy = counts["ask_seconds"] + counts["load_seconds"] - counts["wait_seconds"]
    assert money["electricity"]["total"] == pytest.approx(busy * 200 / 3_600_000 * 0.25, abs=1e-6)
    one_year = money["bought"]["after"][0]
    a_month = 30.4375 / found["period"]["days"]
    assert one_year["api"] == pytest.approx(api * a_month * 12, rel=1e-5)
    cheaper = reviewbot("stats", *UNTIL, *PRICES, "--api-input", "0", "--api-output", "0").out
    assert "never pays for itself: the cloud is cheaper" in cheaper
    assert "Even beside a machine that is there anyway the cloud is cheaper" in cheaper
    half = reviewbot("stats", *UNTIL, "--api-input", "3", "--api-output", "1").out
    assert "electricity: not reckoned; set watts and kwh" in half


@pytest.mark.usefixtures("sample")
def test_without_prices_it_says_which_are_the_users_to_say(reviewbot: Reviewbot) -> None:
    run = reviewbot("stats", *UNTIL)
    assert f"no prices are set. They are yours to say, in {user_config_path()}" in run.out
    assert "going on so" not in run.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--since", "yesterday"], "'yesterday' is no date"),
        (["--since", "2025-07-01", "--until", "2025-06-01"], "is not after"),
        (["--last", "3", "--since", "2025-07-01"], "two different periods"),
        (["--clear", "--repository"], "it takes no other option"),
        (["--watts", "-1"], "--watts: `watts` cannot be '-1'"),
    ],
)
def test_what_cannot_be_asked_is_told(
    reviewbot: Reviewbot, arguments: list[str], told: str
) -> None:
    run = reviewbot("stats", *arguments)
    assert (run.code, told in run.err) == (2, True), run.err


def test_clearing_and_a_damaged_file(
    reviewbot: Reviewbot, repository: Repository, scripted: dict[str, str]
) -> None:
    assert "the history has no such reviews" in reviewbot("stats").out
    repository.stage("a.py", "a = 1 / 0\n")
    reviewbot("review", environ=scripted)
    assert reviewbot("stats", "--clear").out == "deleted 1 row\n"
    (history_folder() / FILE).write_bytes(b"no database" * 99)
    told = reviewbot("stats")
    assert (told.code, "rm " in told.err) == (2, True)
    again = reviewbot("review", environ=scripted)
    assert (again.code, "the history was damaged" in again.err) == (0, True)
    assert _sums(reviewbot)["all"]["reviews"] == 1


def test_a_home_that_cannot_be_written_to_costs_no_review(
    reviewbot: Reviewbot, repository: Repository, scripted: dict[str, str]
) -> None:
    repository.stage("a.py", "a = 1 / 0\n")
    nowhere = scripted | {"XDG_STATE_HOME": "/dev/null"}
    quiet, verbose = (reviewbot("review", *more, environ=nowhere) for more in ([], ["-v"]))
    assert (quiet.code, "history" in quiet.err) == (0, False)
    assert "the history /dev/null/reviewbot/history.sqlite cannot be written" in verbose.err


@pytest.mark.usefixtures("sample")
def test_rows_of_another_hand_are_left_out_and_counted(reviewbot: Reviewbot) -> None:
    with closing(sqlite3.connect(history_folder() / FILE, isolation_level=None)) as connection:
        connection.execute("UPDATE reviews SET calls = 'x' WHERE id < 4")
    assert "3 rows of the history cannot be read" in reviewbot("stats", *UNTIL).out


_IMPORTED = """
import sys
from reviewbot.cli.main import main
main(["hook", "pre-commit"])
print(sorted(name for name in sys.modules if "sqlite" in name or "reviewbot.history" in name))
"""


def test_nothing_staged_imports_no_history(repository: Repository) -> None:
    command = [sys.executable, "-P", "-c", _IMPORTED]
    done = subprocess.run(
        command, cwd=repository.path, capture_output=True, check=True, text=True, env=os.environ
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert not (history_folder() / FILE).exists()
