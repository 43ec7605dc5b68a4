"""`reviewbot` and `python -m reviewbot`: the same command.

A hook that is to be skipped ends here: nothing is imported that the interpreter has not loaded
by itself.
"""

import os
import sys


def main() -> int:
    """Run the command that the process was started with; returns the exit code."""
    if sys.argv[1:2] == ["hook"] and os.environ.get("REVIEWBOT_SKIP", "0") not in {"", "0"}:
        if sys.stderr is not None:
            sys.stderr.write("reviewbot: skipped, as REVIEWBOT_SKIP says\n")
        return 0
    if "_REVIEWBOT_COMPLETE" in os.environ:
        from reviewbot.cli.completion import answer

        return answer()
    from reviewbot.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
