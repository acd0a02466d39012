"""What is asked about matrices: the grid."""
