"""Planning: units, people and assignments; SKP."""
