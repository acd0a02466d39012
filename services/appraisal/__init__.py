"""Appraisal: a cycle under one rule set, ratings, predicates."""
