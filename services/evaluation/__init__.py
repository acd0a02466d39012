"""Evaluation: what the cycle achieved and what the next one changes."""
