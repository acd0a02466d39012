"""Units, people and assignments in bulk."""
