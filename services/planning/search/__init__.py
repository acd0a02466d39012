"""Assignments by the names of those who hold them, for whoever has to choose one."""
