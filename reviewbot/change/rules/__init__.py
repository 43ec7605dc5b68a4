"""A team's own rules: what its repository wants to be looked for beside defects."""
