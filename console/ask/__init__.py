"""How the console asks the services. Only a section's reads.py, and signing in, do."""
