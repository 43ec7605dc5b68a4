"""A change explained: what it is about, how it behaves, what to look at, each with its place."""
