"""The cache's file."""

from __future__ import annotations

from reviewbot.database import Database

# Values stand last: what is asked of a row beside its value is read without it.
_TABLES = """
CREATE TABLE answers (
    key BLOB PRIMARY KEY, proof BLOB NOT NULL, used REAL NOT NULL, hits INTEGER NOT NULL,
    value BLOB NOT NULL
);
CREATE INDEX answers_by_use ON answers (used);
"""
CACHE = Database(
    file="cache.sqlite",
    noun="cache",
    elsewhere="cache_dir",
    application=0x52764274,  # "RvBt"
    schema=1,
    tables=_TABLES,
)
FILE = CACHE.file
