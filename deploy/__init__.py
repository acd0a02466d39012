"""How Kinerja is run: locally, in containers and on Kubernetes."""
