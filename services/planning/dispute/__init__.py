"""Whoever is named as an employee's appraiser is not theirs, the employee says."""
