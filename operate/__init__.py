"""The command line for operators and auditors, `./kinerja`."""


class CannotAsk(Exception):
    """What was to be asked could not be. The message is one line that says why."""
