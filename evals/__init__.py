"""The bundled suite of review quality. Installed as reviewbot.evals.

suite.jsonl  one case a line, made by build.py; read at run time
build.py     makes suite.jsonl from cases/; README.md says how to write a case
hostile.*    the same for changes that ask not to be found out; texts in hostile.toml
cases/       the cases as one reads and reviews them
"""
