"""The form of a role–result matrix."""
