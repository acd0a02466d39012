"""What happened, from the services' own logs."""
