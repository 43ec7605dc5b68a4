"""What models answered, kept so that the same is not asked again."""
