"""The models that reviewbot knows: how each family is asked, and where verified weights are."""
