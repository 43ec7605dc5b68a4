"""What a user can get wrong: each mistake is told, with the next thing to type, and no traceback
(the `reviewbot` fixture fails on one)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repository, Reviewbot

CLEAN: dict[str, object] = {"reply": {"findings": []}}


@pytest.fixture
def staged(repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")


def test_not_a_git_repository(reviewbot: Reviewbot, tmp_path: Path) -> None:
    run = reviewbot("review", cwd=tmp_path)
    assert run.code == 2
    assert "is not inside a git repository" in run.err
    assert "reviewbot review --diff FILE" in run.err


def test_nothing_staged(reviewbot: Reviewbot, repository: Repository) -> None:
    run = reviewbot("review")
    assert (run.code, run.out) == (0, "reviewbot: nothing staged to review\n")
    repository.stage("a.py", "a = 1\n")
    repository.commit()
    assert reviewbot("review").out == "reviewbot: nothing staged to review\n"
    assert reviewbot("review", "-q").out == ""


def test_nothing_staged_is_still_valid_json(reviewbot: Reviewbot, repository: Repository) -> None:
    report = reviewbot("review", "--format", "json").report
    assert report["status"] == "complete"
    assert report["coverage"] == []


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--commit", "nowhere"), "unknown revision 'nowhere'"),
        (("--commit", "-x"), "begins with a dash"),
        (("--commit=--output=/tmp/x",), "begins with a dash"),
        (("--range", "a..b"), "unknown revision 'a'"),
        (("--range", "HEAD"), "is not a range"),
        (("--base", "nowhere"), "unknown revision"),
        (("--commit", "HEAD"), "unknown revision 'HEAD'"),
        (("--staged", "--commit", "HEAD"), "name two different changes"),
        (("--diff", "no-such.patch"), "cannot read the patch no-such.patch: No such file"),
        (("--diff", "."), "cannot read the patch .: Is a directory"),
        (("--engine", "ollma"), 'did you mean "ollama"?'),
        (("--format", "jsn"), 'did you mean "json"?'),
        (("--fail-on", "eror"), 'did you mean "error"?'),
        (("--engine", "embedded", "--model", "qwen2.5-coder-1b"), '"qwen2.5-coder-1.5b"?'),
        (("--engine", "embedded", "--model", "./no.gguf"), "no such model file: no.gguf"),
        (("--engine", "scripted"), "needs --model FILE.jsonl"),
        (("--engine", "scripted", "--model", "none.jsonl"), "cannot read the script none.jsonl"),
        (("--engine", "ollama", "--url", "http://192.0.2.1"), "--allow-host 192.0.2.1"),
        (("--engine", "ollama", "--url", "http://u:p@127.0.0.1"), "REVIEWBOT_API_KEY"),
        (("--max-chunks", "0"), "must be more than 0"),
        (("--deadline", "-1"), "must be more than 0"),
        (("--config", "none.toml"), "no such config file: none.toml"),
        (("--report", "json"), "write it as FORMAT=FILE"),
        (("--report", "jsn=x"), 'did you mean "json"?'),
        (("--report", "json=no/folder/x"), "mkdir -p"),
        (("--report", "json=x", "--report", "text=./x"), "two reports would be written to"),
        (("--nonsense",), "No such option"),
    ],
)
def test_mistake_is_told_with_exit_code_2(
    reviewbot: Reviewbot, arguments: tuple[str, ...], told: str
) -> None:
    run = reviewbot("review", *arguments)
    assert run.code == 2
    assert told in run.err
    assert run.out == ""


def test_unknown_command_offers_the_nearest(reviewbot: Reviewbot) -> None:
    run = reviewbot("revew")
    assert run.code == 2
    assert 'did you mean "review"?' in run.err


def test_patch_that_is_none(reviewbot: Reviewbot) -> None:
    run = reviewbot("review", "--diff", "-", stdin=b"hello\nworld\n")
    assert run.code == 2
    assert "that is no patch" in run.err


def test_empty_patch_has_nothing_to_review(reviewbot: Reviewbot) -> None:
    run = reviewbot("review", "--diff", "-")
    assert run.code == 0
    assert "nothing to review in the patch on standard input" in run.out


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("engine = 'ollama'", "`engine` is not the repository's to set"),
        ("url = 'http://evil.example'", "`url` is not the repository's to set"),
        ("allow_hosts = ['evil.example']", "`allow_hosts` is not the repository's to set"),
        ("fail_no = 'error'", 'did you mean "fail_on"?'),
        ("fail_on = 3", "`fail_on` cannot be 3"),
        ("strict = 'yes'", "`strict` cannot be 'yes'"),
        ("max_chunks = 1.5", "`max_chunks` cannot be 1.5"),
        ("fail_on = ", "cannot read"),
    ],
)
def test_repository_config_that_is_wrong(
    reviewbot: Reviewbot, repository: Repository, text: str, told: str
) -> None:
    repository.write(".reviewbot.toml", text + "\n")
    run = reviewbot("review")
    assert run.code == 2
    assert told in run.err
    assert ".reviewbot.toml" in run.err


@pytest.mark.usefixtures("staged")
def test_repository_config_sets_the_gate(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.write("pyproject.toml", "[tool.reviewbot]\nmax_chunks = 1\n")
    repository.stage("b.py", "b = 1\n")
    run = reviewbot("review", "--engine", "scripted", "--model", script(CLEAN))
    assert run.code == 3
    assert "over the cap of 1 chunks" in run.out


@pytest.mark.usefixtures("staged")
def test_mistyped_variable_is_told(reviewbot: Reviewbot) -> None:
    run = reviewbot("review", environ={"REVIEWBOT_FAIL_NO": "error"})
    assert run.code == 2
    assert 'REVIEWBOT_FAIL_NO: unknown key `fail_no`; did you mean "fail_on"?' in run.err


@pytest.mark.usefixtures("staged")
def test_report_that_cannot_be_written(reviewbot: Reviewbot, script: Callable[..., str]) -> None:
    """Not even root may make a file in /proc, and the review before it is no traceback."""
    run = reviewbot("review", "-o", "/proc/r", "--engine", "scripted", "--model", script(CLEAN))
    assert run.code == 2
    assert "cannot write the report /proc/r" in run.err


@pytest.mark.usefixtures("staged")
def test_report_into_a_folder_is_refused(reviewbot: Reviewbot, tmp_path: Path) -> None:
    run = reviewbot("review", "-o", str(tmp_path))
    assert run.code == 2
    assert "it is a folder" in run.err


@pytest.mark.usefixtures("staged")
def test_no_engine_names_the_two_ways_to_get_one(reviewbot: Reviewbot, tmp_path: Path) -> None:
    run = reviewbot("review", environ={"OLLAMA_HOST": "127.0.0.1:9"})
    assert run.code == 3
    assert "reviewbot models pull qwen2.5-coder-1.5b" in run.out
    assert "ollama pull qwen2.5-coder:7b" in run.out
    assert "INCOMPLETE: 0 findings; 0 of 1 changed line reviewed; 1 failed" in run.out


@pytest.mark.usefixtures("staged")
def test_engine_that_is_down_is_told_at_once(reviewbot: Reviewbot) -> None:
    begun = time.monotonic()
    run = reviewbot("review", "--engine", "ollama", "--model", "m", "--url", "http://127.0.0.1:9")
    assert time.monotonic() - begun < 5
    assert run.code == 3
    assert "no Ollama answers at 127.0.0.1:9" in run.out
    assert "ollama serve" in run.out


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"reply": "garbage"}, "the reply is not what was asked for"),
        ({"reply": ""}, "the reply is empty"),
        ({"error": "HTTP 500: out of memory"}, "HTTP 500: out of memory"),
        ({"reply": '{"findings": [', "finish": "length"}, "cut at its length limit"),
        ({"contains": "what is not in the prompt"}, "the script has no row"),
    ],
)
def test_reply_that_is_no_review_is_never_clean(
    reviewbot: Reviewbot, script: Callable[..., str], row: dict[str, object], told: str
) -> None:
    run = reviewbot("review", "--engine", "scripted", "--model", script(row))
    assert run.code == 3
    assert told in run.out
    assert "INCOMPLETE" in run.out


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_leaves_no_half_written_file(
    repository: Repository, script: Callable[..., str], tmp_path: Path, number: signal.Signals
) -> None:
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "reviewbot", "review", "-o", str(report)]
    command += ["--engine", "scripted", "--model", script({"seconds": 30, **CLEAN})]
    process = subprocess.Popen(command, cwd=repository.path, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.strip() == "reviewbot: interrupted"
    assert list(tmp_path.glob("*report.json*")) == []


@pytest.mark.usefixtures("staged")
def test_closed_standard_output_is_no_error(
    repository: Repository, script: Callable[..., str]
) -> None:
    for number in range(300):
        repository.write(f"f{number}.bin", b"\0")
    repository.git("add", ".")
    command = [sys.executable, "-m", "reviewbot", "review", "--format", "json"]
    command += ["--engine", "scripted", "--model", script(CLEAN)]
    with subprocess.Popen(
        command, cwd=repository.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 0


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize("option", ["--commit", "--range", "--base", "--diff", "--output"])
def test_empty_value_does_not_review_something_else(reviewbot: Reviewbot, option: str) -> None:
    run = reviewbot("review", option, "")
    assert run.code == 2
    assert f"{option} has an empty value" in run.err


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize("pathspec", ["HEAD~1", "nowhere.py"])
def test_pathspec_without_a_match_is_no_clean_review(reviewbot: Reviewbot, pathspec: str) -> None:
    run = reviewbot("review", pathspec)
    assert run.code == 2
    assert f"no changed file matches {pathspec}" in run.err
    assert "--commit REV" in run.err


def test_hunk_header_that_is_none_is_told(reviewbot: Reviewbot) -> None:
    run = reviewbot("review", "--diff", "-", stdin=b"--- a/x\n+++ b/x\n@@-1 +1 @@\n-a\n+b\n")
    assert run.code == 2
    assert "is no hunk header" in run.err


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize(
    "value", ["0x" + "F" * 6000, "'" + "x" * 100_000 + "'", "'a\\u001b]0;x\\nreviewbot: all clean'"]
)
def test_hostile_value_is_told_in_one_short_line(
    reviewbot: Reviewbot, repository: Repository, value: str
) -> None:
    repository.write(".reviewbot.toml", f"max_chunks = {value}\n")
    run = reviewbot("review")
    assert run.code == 2
    assert "\x1b" not in run.err
    assert len(run.err) < 600
    assert not any(line.startswith("reviewbot: all") for line in run.err.splitlines())


@pytest.mark.usefixtures("staged")
def test_report_goes_through_a_link_and_keeps_the_mode(
    reviewbot: Reviewbot, script: Callable[..., str], tmp_path: Path
) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    engine = ("--engine", "scripted", "--model", script(CLEAN))
    assert reviewbot("review", *engine, "-o", str(link)).code == 0
    assert link.is_symlink()
    assert "0 findings" in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("staged")
def test_report_into_a_device_leaves_the_device(
    reviewbot: Reviewbot, script: Callable[..., str], tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    engine = ("--engine", "scripted", "--model", script(CLEAN))
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert reviewbot("review", *engine, "-o", str(pipe)).code == 0
        assert reader.stdout is not None
        assert b"0 findings" in reader.stdout.read()
    assert pipe.is_fifo()


@pytest.mark.usefixtures("staged")
def test_ascii_terminal_gets_escapes_and_not_a_traceback(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("größe.bin", b"\0")
    engine = ("--engine", "scripted", "--model", script(CLEAN))
    run = reviewbot("review", *engine, environ={"PYTHONIOENCODING": "ascii"})
    assert run.code == 0
    assert "gr\\xf6\\xdfe.bin: binary" in run.out


@pytest.mark.usefixtures("staged")
def test_closed_streams_are_no_bug(repository: Repository, script: Callable[..., str]) -> None:
    command = f"{sys.executable} -m reviewbot review --engine scripted --model {script(CLEAN)}"
    for closed in (">&-", "<&-", "| true", ">/dev/full"):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", f"{command} {closed}"],
            cwd=repository.path,
            capture_output=True,
            check=False,
            text=True,
        )
        assert "Traceback" not in done.stderr, closed
        assert done.returncode == (2 if closed == ">/dev/full" else 0), closed


@pytest.mark.usefixtures("staged")
def test_shown_prompt_cannot_command_the_terminal(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    repository.stage("a.py", "a = '\x1b]52;c;aGk=\x07'\n")
    run = reviewbot("review", "--show-prompts")
    assert "]52;c;aGk=" in run.out
    assert "\x1b" not in run.out
