"""Code hosts: a finished report becomes comments on a merge request or a pull request."""
