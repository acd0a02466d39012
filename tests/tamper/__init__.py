"""`python -m tests.tamper [COUNT [SEED]]`: tamper with all that can be tampered with, and see it found."""
