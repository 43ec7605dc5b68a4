"""What a git hook is told, turned into the scopes to review."""
