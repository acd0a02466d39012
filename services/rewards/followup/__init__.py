"""What follows from a finalized appraisal."""
