"""What the reader has been told that waits for them, and whether they get mail of it."""
