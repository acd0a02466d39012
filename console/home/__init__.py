"""What is due, and the year as it happens."""
