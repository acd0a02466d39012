"""A person's page; and what personnel do about a person and what they hold."""
