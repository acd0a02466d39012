"""What the last cycle's evaluation asks of the next planning."""
