"""docs/readers.md: which view and which reaction takes which event."""

from contracts.catalogue import EVENTS
from contracts.event import Event
from eventlog.reactions import Reaction
from services.catalogue import SERVICES

HEAD = """# Who reads which event

Made by `make contracts` from what each view and reaction says that it takes. Do not edit. An event
without a reader but the counts changes nothing that anybody sees.
"""


def render() -> str:
    lines = [HEAD, "| event | views | reactions |", "|---|---|---|"]
    for model in EVENTS:
        views = ", ".join(f"`{name}`" for name in view_names(model)) or "**none**"
        reactions = ", ".join(f"`{name}`" for name in reaction_names(model))
        lines.append(
            f"| {model.service} {model.__name__} v{model.version} | {views} | {reactions} |"
        )
    return "\n".join(lines) + "\n"


def view_names(model: type[Event]) -> list[str]:
    """The views that take the event; the counts, which take all, are left out."""
    return [
        view.name
        for service in SERVICES.values()
        for view in service.views
        if model in view.takes and not view.name.endswith("_counts")
    ]


def reaction_names(model: type[Event]) -> list[str]:
    return [reaction.name for reaction in _reactions() if model in reaction.on]


def _reactions() -> list[Reaction]:
    # A reaction uses its runtime only when it acts.
    nowhere = object()
    return [each for service in SERVICES.values() for each in service.reactions(nowhere)]  # type: ignore[arg-type]
