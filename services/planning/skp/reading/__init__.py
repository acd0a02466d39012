"""What is asked about SKPs: lists, one with its changes, checks."""
