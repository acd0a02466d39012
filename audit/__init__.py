"""Whether every log is whole and every view is what its log says."""
