"""Reviews that nobody waits for: what a hook leaves behind, and the one process a repository that
does it."""
