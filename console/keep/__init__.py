"""What the console keeps for itself: who is signed in. Nothing of it is a record of business, and all
of it may be emptied: people then sign in again (docs/adr/0023)."""
