"""What the agency settles for itself, and the year that follows from it."""
