"""The command line for operators and auditors, `./kinerja`."""

CONSOLE = "console"
"""What is prepared besides the services."""


class CannotAsk(Exception):
    """What was to be asked could not be. The message is one line that says why."""
