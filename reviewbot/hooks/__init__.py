"""What a git hook or a CI job is told, turned into the scopes to review."""
