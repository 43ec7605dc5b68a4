"""Every word that reviewbot says to a model, as Jinja2 templates. Installed as reviewbot.prompts.

review_system.j2    what a review is, for every chunk the same
review_examples.j2  a JSON list of {path, code, reply}: worked examples, for every chunk the same
review_chunk.j2     the code of one chunk
"""
