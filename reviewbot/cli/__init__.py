"""The command line: one module a command; each parses, calls, prints and says the exit code."""
