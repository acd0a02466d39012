"""The demonstration ministry: real rows, invented people, and a year they live through."""
