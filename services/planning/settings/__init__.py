"""What the agency has settled for itself."""
