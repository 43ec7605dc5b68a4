"""`python -m reviewbot` is the same command as `reviewbot`."""

import sys

from reviewbot.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
