"""What was done for an SKP, and what the superior said."""
