"""Monitoring: progress and feedback against an approved SKP; development."""
