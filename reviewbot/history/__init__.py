"""What reviews took and found, kept on this machine alone; and what that cost."""
