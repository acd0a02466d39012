"""Who is in a unit, and moving them to another one."""
