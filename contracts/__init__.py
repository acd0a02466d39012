"""What the services say to each other and to other agencies: events, topics, schemas.

Imports nothing of ours.
"""
