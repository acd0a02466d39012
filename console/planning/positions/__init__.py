"""The agency's positions, and what an SKP in each may begin with."""
