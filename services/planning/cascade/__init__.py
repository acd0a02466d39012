"""What serves what, from the agency's objectives down to the last official, and back up."""
