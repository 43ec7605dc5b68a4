"""Runs the check that stands beside a case against one variant of its file.

A check says that the code does what it promises: the clean twin passes, the defect does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SECONDS = 120

# The check of a language, the programs that it needs, and what is run in a folder that holds the
# check and the file under test.
CHECKS: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "bash": ("check.sh", ("bash",), (("bash", "check.sh"),)),
    "c": (
        "check.c",
        ("gcc",),
        (
            ("gcc", "-g", "-w", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
            + ("-pthread", "-o", "check", "check.c"),
            ("./check",),
        ),
    ),
    "go": ("check_test.go", ("go", "gcc"), (("go", "vet", "."), ("go", "test", "-race", "."))),
    "java": ("Check.java", ("javac", "java"), (("javac", "Check.java"), ("java", "-ea", "Check"))),
    "javascript": ("check.js", ("node",), (("node", "check.js"),)),
    "python": ("check.py", (sys.executable,), ((sys.executable, "check.py"),)),
    "rust": (
        "check.rs",
        ("rustc",),
        (("rustc", "--edition", "2021", "-Adead_code", "check.rs"), ("./check",)),
    ),
}


def missing_tools(language: str) -> list[str]:
    return [tool for tool in CHECKS[language][1] if shutil.which(tool) is None]


def run_check(case: Path, source: Path, path: str, room: Path) -> tuple[bool, str]:
    """Whether the check passes with `source` under the name it has in its repository."""
    check, _, commands = CHECKS[case.parent.name]
    _, java, package = path.partition("src/main/java/")
    target = room / (package if java else Path(path).name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    shutil.copy(case / check, room / check)
    (room / "go.mod").write_text("module evals/case\n\ngo 1.21\n", encoding="utf-8")
    environ = os.environ | {"ASAN_OPTIONS": "detect_leaks=1", "GOFLAGS": "-mod=mod"}
    if "GOCACHE" not in environ:
        environ["GOCACHE"] = str(Path(os.environ.get("TMPDIR", "/tmp")) / "reviewbot-go-cache")
    for command in commands:
        done = subprocess.run(
            command,
            cwd=room,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        if done.returncode:
            return False, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return True, ""
