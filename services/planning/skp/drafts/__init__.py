"""The draft of an SKP from what a year's agreements and matrices ask of its assignment."""
