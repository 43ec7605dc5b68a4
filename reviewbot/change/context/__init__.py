"""What a reader needs beside the changed lines: what encloses them, and what they use."""
