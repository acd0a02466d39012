"""The people's door: server-rendered pages over the services' HTTP APIs."""
