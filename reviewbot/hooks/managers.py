"""Hook managers: the file that each is set up by, and how its hooks get into git."""

from __future__ import annotations

MANAGERS = {
    ".pre-commit-config.yaml": ("pre-commit", "pre-commit install"),
    "lefthook.yml": ("lefthook", "lefthook install"),
    ".lefthook.yml": ("lefthook", "lefthook install"),
    ".husky/pre-commit": ("husky", "npx husky"),
    ".overcommit.yml": ("overcommit", "overcommit --install"),
}
