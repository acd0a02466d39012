"""Who carries which part of what a unit's head has agreed to: the role–result matrix."""
