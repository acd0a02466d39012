"""The tree of units, and who acts in them by a mandate."""
