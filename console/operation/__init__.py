"""The running system: how it does, and what it is made of."""
