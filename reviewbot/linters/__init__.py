"""Linters as witnesses: what they say of changed lines, by rules and settings pinned here."""
