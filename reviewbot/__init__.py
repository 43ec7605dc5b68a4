"""reviewbot reviews a change with a language model that runs on the developer's own hardware."""

__version__ = "0.1.0"
