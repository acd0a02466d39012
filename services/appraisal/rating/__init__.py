"""One employee's appraisal for one SKP."""
