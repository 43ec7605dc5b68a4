"""The bundled suite of review quality. Installed as reviewbot.evals.

suite.jsonl  one case a line, made by build.py; this file alone is installed
build.py     makes suite.jsonl from cases/; README.md says how to write a case
cases/       the cases as one reads and reviews them
"""
