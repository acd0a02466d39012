"""Who carries which part of what a unit's head has agreed to: the grid, to read and to type into."""
