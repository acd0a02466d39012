"""The SKP: what an employee has been asked to achieve in a period."""
