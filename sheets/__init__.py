"""Tables out of people's files: rows by heading, and every problem by its row and column.

It knows no service: whoever imports declares the columns (`columns.Column`) and reads (`table.read`).
"""
