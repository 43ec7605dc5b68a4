"""The embedded engine kept loaded between reviews, by one process of this user's."""
