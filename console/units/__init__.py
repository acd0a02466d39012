"""The units of the agency: what they are and were, and reorganising them."""
