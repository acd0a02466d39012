"""Units, people, assignments."""
