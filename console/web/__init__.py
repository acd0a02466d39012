"""What every page's request passes: the outer door, and who reads in which language."""
