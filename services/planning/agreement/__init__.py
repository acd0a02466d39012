"""What a unit is to achieve: the performance agreement of its head, and the agency's strategic plan."""
