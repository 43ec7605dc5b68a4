"""Findings that are told no louder: by a comment beside the code, or because they are known."""
