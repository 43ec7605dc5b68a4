"""Explanations in every format: one module a format."""
