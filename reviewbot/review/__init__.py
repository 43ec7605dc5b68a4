"""The review itself: ask about each chunk, read the replies, keep what stands on the change."""
