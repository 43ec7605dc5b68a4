"""Runs the check that stands beside a case against one variant of its file.

A check says that the code does what it promises: the clean twin passes it, the defect does not."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SECONDS = 300
_JAVA_ROOT = "src/main/java/"


@dataclass(frozen=True)
class Check:
    """The file of a check, and what is run in a folder that holds it and the file under test."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    tools: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        tools = [*self.tools, *(command[0] for command in self.commands)]
        return [tool for tool in tools if not tool.startswith("./") and not shutil.which(tool)]


_GCC = ("gcc", "-g", "-w", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")

CHECKS = {
    "bash": Check("check.sh", (("bash", "check.sh"),)),
    "c": Check("check.c", ((*_GCC, "-o", "check", "check.c"), ("./check",))),
    "go": Check("check_test.go", (("go", "vet", "."), ("go", "test", "-race", ".")), ("gcc",)),
    "java": Check("Check.java", (("javac", "Check.java"), ("java", "-ea", "Check"))),
    "javascript": Check("check.js", (("node", "check.js"),)),
    "python": Check("check.py", ((sys.executable, "-B", "check.py"),)),
    "rust": Check("check.rs", (("rustc", "--edition=2021", "check.rs"), ("./check",))),
}


def _environ(cache: Path) -> dict[str, str]:
    """Compilers look for themselves and their caches in a home, which a test has not."""
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    return {
        "GOCACHE": str(cache),
        "GOTOOLCHAIN": "local",
        "RUSTUP_HOME": str(home / ".rustup"),
        "LC_ALL": "C.UTF-8",
    } | os.environ


def _room(case: Path, source: Path, path: str, room: Path) -> None:
    check = CHECKS[case.parent.name]
    _, java, package = path.partition(_JAVA_ROOT)
    target = room / (package if java else Path(path).name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    shutil.copy(case / check.name, room / check.name)
    if check.name.endswith(".go"):
        (room / "go.mod").write_text("module evals/case\n\ngo 1.21\n", encoding="utf-8")


def failure(case: Path, source: Path, path: str, room: Path, cache: Path) -> str:
    """What the check says against `source` under its name in the repository; "" for nothing."""
    _room(case, source, path, room)
    for command in CHECKS[case.parent.name].commands:
        done = subprocess.run(
            command,
            cwd=room,
            env=_environ(cache),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=SECONDS,
        )
        if done.returncode:
            said = done.stdout.decode("utf-8", "replace")
            return f"{' '.join(command)}: exit code {done.returncode}\n{said}"
    return ""
