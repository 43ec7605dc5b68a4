"""From an excerpt of the change to the prompt that a model reads."""
