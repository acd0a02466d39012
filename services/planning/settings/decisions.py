"""The agency adopts a setting: what no rule settles, from a day on, on the ground of a decree.

A decree is often signed after the day from which it holds, and a rule is about a period, not about the
day on which somebody looks it up. So a setting may begin in the past, back to the beginning of the one
that is in force: that, or one that is to come, can be superseded. What has been followed by another is
over and stays as it was. And whatever was decided stays decided: it names the adoption that it rests on.
"""

from dataclasses import dataclass, replace
from datetime import date

from pydantic import JsonValue, ValidationError
from pydantic_core import to_jsonable_python

from contracts.event import Event
from contracts.planning import SettingAdopted
from contracts.settings import KINDS
from eventlog.aggregate import Aggregate, unexpected
from law.refusal import Refused
from law.standing import Decider


@dataclass(frozen=True, slots=True)
class Setting:
    """The first days of all that was adopted for one setting of the agency or of a unit."""

    since: frozenset[date] = frozenset()


def evolve(state: Setting | None, event: Event) -> Setting:
    before = state or Setting()
    match event:
        case SettingAdopted():
            return replace(before, since=before.since | {event.since})
    raise unexpected(event, state)


AGGREGATE = Aggregate[Setting]("setting", evolve)


def setting_id(kind: str, unit: str | None) -> str:
    """The agency's, or a unit's own. Neither part holds a slash, so that no two meet."""
    return kind if unit is None else f"{kind}/{unit}"


def adopt(
    setting: Setting | None,
    by: Decider,
    kind: str,
    unit: str | None,
    value: dict[str, JsonValue],
    since: date,
    ground: str,
    *,
    unit_known: bool,
) -> SettingAdopted:
    """Adopt a setting from a day on."""
    checked = _checked(kind, unit, value)
    if unit is not None and not unit_known:
        raise Refused("unknown-unit", f"no unit {unit}", field="unit")
    begun = [day for day in setting.since if day <= by.on] if setting else []
    if begun and since < max(begun):
        raise Refused("over", f"what held before {max(begun)} is over", field="since")
    return SettingAdopted(
        setting=kind, unit=unit, value=checked, since=since, ground=ground, by=by.id
    )


def _checked(kind: str, unit: str | None, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The value as its kind has it. Raises Refused."""
    found = KINDS.get(kind)
    if found is None:
        raise Refused("unknown-setting", f"one of: {', '.join(sorted(KINDS))}", field="kind")
    if unit is not None and not found.by_unit:
        raise Refused("not-by-unit", f"{kind} is one for the whole agency", field="unit")
    try:
        checked = found.check(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(["value", *(str(part) for part in first["loc"])])
        raise Refused("malformed-setting", first["msg"], field=field[:200]) from None
    return dict(to_jsonable_python(checked))
