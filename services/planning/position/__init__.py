"""The agency's positions: their kind, level and class, the form of an SKP in them, and what it may begin with."""
