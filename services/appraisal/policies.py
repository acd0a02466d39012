"""Appraisal's policies."""

from datetime import date

from law.policy import Policy

LEAST_MONTHS = (Policy("default", date.min, 1),)
"""The least service that counts, in months. Unsettled in the texts found."""
