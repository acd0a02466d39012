"""People and what they hold: one record for each."""
