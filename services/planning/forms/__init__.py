"""What the official forms of planning print."""
