"""What is due from those who have no SKP that is set: what they are reminded of."""
