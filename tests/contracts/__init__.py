"""Events, their records and their documents; no server."""
