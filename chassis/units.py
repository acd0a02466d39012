"""The tree of units, in SQL."""


def with_above(unit: str, when: str = "true") -> str:
    """The clause that gives `above (unit, parent, depth)`: the unit of this expression and those above
    it, or nothing unless `when`."""
    return f"""
with recursive above (unit, parent, depth) as (
    select u.unit, u.parent, 0 from view.unit_parent u where u.unit = {unit} and {when}
    union all
    select u.unit, u.parent, above.depth + 1
    from above join view.unit_parent u on u.unit = above.parent where above.depth < 30
)
"""
