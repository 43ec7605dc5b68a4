"""Secrets in code: found by rules, masked before anything else sees the text."""
