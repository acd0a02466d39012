"""What is asked about agreements: one, a unit's, its heads, its changes."""
