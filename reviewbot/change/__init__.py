"""What changed: git and patch text in, a `ChangeSet` out."""
