"""What serves what, from the agency's objectives to the last official, and back up."""
