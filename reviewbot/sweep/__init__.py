"""Whole histories and whole trees: many reviews, one report."""
