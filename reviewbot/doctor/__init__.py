"""What `reviewbot doctor` looks at: each module asks about one thing, and answers with checks."""
