"""Names of commands: whoever gives one, no two kinds can meet.

The kind comes first, and every part but the last is quoted, so that a colon in one never parts it.
"""

from urllib.parse import quote


def of_person(actor: str, key: str) -> str:
    """A request's: the key that its sender chose is theirs alone."""
    return f"p:{_quoted(actor)}:{_quoted(key)}"


def part(command: str, name: str) -> str:
    """One part of a request that is a command of its own, such as a row."""
    return f"{command}:{_quoted(name)}"


def of_reaction(reaction: str, cause: str, name: str = "") -> str:
    """What a reaction answers an event with; `name` tells one of several answers."""
    return f"r:{_quoted(reaction)}:{_quoted(name)}:{cause}"


def actor_of(command: str) -> str:
    """Whose command of a person's it is, quoted as in the command."""
    return command.split(":")[1]


def _quoted(text: str) -> str:
    return quote(text, safe="")
