"""Which files of a change are reviewed, and why the others are not."""
