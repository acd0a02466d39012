"""A discipline case for unexcused absence, with due process."""
