"""Drop claims that facts disprove, or that claim nothing. No model is asked: what a parser, the
lines of the chunk or the claim's own words do not settle is left to stand."""
