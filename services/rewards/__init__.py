"""Rewards: what follows from an appraisal; discipline, which is separate."""
