"""Who of a unit has an SKP that is set, and who has not."""
