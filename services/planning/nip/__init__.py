"""A NIP belongs to one person."""
