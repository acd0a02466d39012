"""The tree of units, in SQL: what is above what, from day to day."""


def placed(row: str, on: str) -> str:
    """The condition that a row of the tree is where a unit stands on a day."""
    return f"""{row}.since <= {on} and not exists (
        select from view.unit_parent later where later.unit = {row}.unit
        and later.since > {row}.since and later.since <= {on} offset 0)"""


def with_above(unit: str, on: str) -> str:
    """The clause that gives `above (unit, parent, depth)`: the unit of this expression and those above it on a
    day."""
    return f"""
with recursive above (unit, parent, depth) as (
    select u.unit, u.parent, 0 from view.unit_parent u where u.unit = {unit} and {placed("u", on)}
    union all
    select u.unit, u.parent, above.depth + 1
    from above join view.unit_parent u on u.unit = above.parent and {placed("u", on)}
    where above.depth < 30
)
"""


def with_above_from(unit: str, on: str) -> str:
    """The clause that gives `above (unit, parent)`: the unit of this expression and those above it on a day, or that
    will be later."""
    there = f"(u.since > {on} or ({placed('u', on)}))"
    return f"""
with recursive above (unit, parent) as (
    select u.unit, u.parent from view.unit_parent u where u.unit = {unit} and {there}
    union
    select u.unit, u.parent from above join view.unit_parent u on u.unit = above.parent and {there}
)
"""


def with_ever_above(unit: str, when: str) -> str:
    """The clause that gives `above (unit, since, parent)`: the unit of this expression and all that have ever been
    above it, from their first days, or nothing unless `when`."""
    return f"""
with recursive above (unit, since, parent) as (
    select u.unit, u.since, u.parent from view.unit_parent u where u.unit = {unit} and {when}
    union
    select u.unit, u.since, u.parent from above join view.unit_parent u on u.unit = above.parent
)
"""


def with_below(units: str, on: str) -> str:
    """The clause that gives `below (unit, root)`: each unit of this array, as its own root, and those below it on a
    day."""
    return f"""
with recursive below (unit, root) as (
    select u.unit, u.unit from unnest({units}) u (unit)
    union
    select u.unit, below.root
    from below join view.unit_parent u on u.parent = below.unit and {placed("u", on)}
)
"""
