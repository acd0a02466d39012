"""A unit's cycle in figures, findings and improvement actions."""
