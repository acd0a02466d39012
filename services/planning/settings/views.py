"""What is in force, and on what ground. The view itself is the one that every service keeps."""

from datetime import date
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from chassis.policies import SETTING, SettingRow, adopted, shipped
from contracts.settings import KINDS, Kind
from eventlog.database import Pool
from law.policy import Policy


class SettingShown(BaseModel):
    """`unit` is null for the whole agency. A `default` is what ships: its ground says from where it is,
    and it has no first day and no adoption that a decision could name."""

    setting: str
    unit: str | None
    value: dict[str, Any]
    since: date | None
    ground: str
    basis: str
    default: bool


async def in_force(pool: Pool, on: date, kind: str | None = None) -> list[SettingShown]:
    """Of one kind, or of all, what is in force on a date: the agency's, then those of units."""
    kinds = [each for each in KINDS.values() if kind in (None, each.name)]
    chosen = {"setting": kind} if kind else {}
    latest = {
        (row.setting, row.unit): row
        for row in await SETTING.where(pool, **chosen)  # in order of their first days
        if row.since <= on
    }
    return [
        shown
        for each in kinds
        for shown in (
            _agency(each, latest.get((each.name, ""))),
            *(
                _unit(each, row)
                for (name, unit), row in latest.items()
                if name == each.name and unit
            ),
        )
    ]


def _agency(kind: Kind[Any], row: SettingRow | None) -> SettingShown:
    if row:
        return _shown(kind, None, adopted(kind, row), row.ground)
    return _shown(kind, None, shipped(kind), kind.source)


def _unit(kind: Kind[Any], row: SettingRow) -> SettingShown:
    return _shown(kind, row.unit, adopted(kind, row), row.ground)


def _shown(kind: Kind[Any], unit: str | None, policy: Policy[Any], ground: str) -> SettingShown:
    return SettingShown(
        setting=kind.name,
        unit=unit,
        value=to_jsonable_python(policy.value),
        since=policy.since if policy.basis else None,
        ground=ground,
        basis=policy.basis,
        default=not policy.basis,
    )
