"""Make a small repository with a staged change that holds defects, and review it for real.

    python demo/run.py [OPTION…]    options are passed to `reviewbot review`

The change holds seven planted defects (a SQL injection, a removed permission check, a division by
zero, a swallowed error with a leaked file, an off-by-one, a missing await, an HTML injection) in
Python and JavaScript, and clean parts: the whole of shop/pricing.py, `low` in shop/stock.py,
`countItems` in web/cart.js.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def git(repository: Path, *arguments: str) -> None:
    """git in the new repository, whatever repository the caller stands in."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    identity = ["-c", "user.name=demo", "-c", "user.email=demo@localhost"]
    subprocess.run(
        ["git", *identity, *arguments], cwd=repository, env=environ, check=True, stdout=2
    )


def make_repository(repository: Path) -> None:
    git(repository, "init", "--quiet", "--template=")
    shutil.copytree(HERE / "before", repository, dirs_exist_ok=True)
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "A small shop")
    shutil.copytree(HERE / "after", repository, dirs_exist_ok=True)
    git(repository, "add", ".")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="reviewbot-demo-") as folder:
        repository = Path(folder)
        make_repository(repository)
        git(repository, "--no-pager", "diff", "--cached", "--stat")
        command = [sys.executable, "-m", "reviewbot", "review", "--verbose"]
        chosen = ["--engine", "embedded", "--model", "qwen2.5-coder-1.5b"]
        # Nothing that the demo starts outlives it.
        environ = os.environ | {"REVIEWBOT_WARM_MINUTES": "0"}
        return subprocess.run(
            [*command, *chosen, *sys.argv[1:]], cwd=repository, env=environ, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
