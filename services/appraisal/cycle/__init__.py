"""A cycle, opened under one rule set that it keeps."""
