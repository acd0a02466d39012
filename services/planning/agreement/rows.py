"""The objectives that a file's rows say, with the ids that what they say has already."""

from collections.abc import Iterable, Iterator, Sequence

from contracts.alignment import AgreedIndicator, Objective, YearTarget
from services.planning.agreement.decisions import Agreement
from sheets.table import Row, Table


def told_twice(rows: Sequence[Row], table: Table) -> bool:
    """Tells rows of one agreement that say an indicator again without another later target, and any that say two
    targets of a year, a later target of no later year, or a year that their strategic plan has not."""
    said: dict[tuple[str, str], int] = {}
    targets: dict[tuple[str, str, int], tuple[str, int]] = {}
    wrong = table.wrong
    for row in rows:
        values = row.values
        key = values["objective"], values["indicator"]
        period, later = values.get("period"), values.get("later_year")
        before = said.setdefault(key, row.number)
        if values.get("later") is not None and (later is None or later <= values["year"]):
            table.add(row.number, "later_year", "later-without-year", later or "")
            continue
        more = values.get("later") is not None and (*key, later) not in targets
        if before != row.number and period is None and not more:
            table.add(row.number, "indicator", "twice-in-objective", key[1], other=before)
            continue
        for column, year, target in _targets(row):
            if period and not period.first <= year <= period.last:
                table.add(
                    row.number, column, "year-outside-period", year, year=year, period=str(period)
                )
            elif targets.setdefault((*key, year), (target, row.number))[0] != target:
                other = targets[*key, year][1]
                table.add(row.number, column, "two-targets", target, year=year, other=other)
    return table.wrong > wrong


def _targets(row: Row) -> Iterator[tuple[str, int, str]]:
    """The year of each target, what it is, and the column that says which year."""
    values = row.values
    yield "year", values["year"], values["target"]
    if values.get("later") is not None and values.get("later_year") is not None:
        yield "later_year", values["later_year"], values["later"]


def objectives_of(rows: Sequence[Row], there: Agreement | None) -> tuple[Objective, ...]:
    """In the file's order. Objectives and indicators that were there keep their ids, and what these serve."""
    ids = _Ids(there)
    texts = dict.fromkeys(row.values["objective"] for row in rows)
    known = {each.text: each for each in there.objectives} if there else {}
    return tuple(
        Objective(
            id=known[text].id if text in known else ids.new("s"),
            text=text,
            serves=known[text].serves if text in known else None,
            indicators=tuple(
                _indicator(said, known.get(text), ids)
                for said in _by_indicator(row for row in rows if row.values["objective"] == text)
            ),
        )
        for text in texts
    )


def _by_indicator(rows: Iterable[Row]) -> Iterable[Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.values["indicator"], []).append(row)
    return found.values()


class _Ids:
    def __init__(self, there: Agreement | None) -> None:
        objectives = there.objectives if there else ()
        self._taken = {each.id for each in objectives}
        self._taken |= {each.id for of in objectives for each in of.indicators}

    def new(self, kind: str) -> str:
        id = next(id for id in _numbered(kind) if id not in self._taken)
        self._taken.add(id)
        return id


def _numbered(kind: str) -> Iterator[str]:
    n = 1
    while True:
        yield f"{kind}{n}"
        n += 1


def _indicator(rows: Sequence[Row], objective: Objective | None, ids: _Ids) -> AgreedIndicator:
    values = rows[0].values
    before = next(
        (
            each
            for each in (objective.indicators if objective else ())
            if each.text == values["indicator"]
        ),
        None,
    )
    targets = {year: target for row in rows for _, year, target in _targets(row)}

    def kept(column: str, field: str) -> str | None:
        # Of what the file has no column for, an indicator stays what it is.
        value = values.get(column, getattr(before, field, None))
        return None if value is None else str(value)

    return AgreedIndicator.model_validate(
        {
            "id": before.id if before else ids.new("i"),
            "text": values["indicator"],
            "unit": kept("measure", "unit"),
            "baseline": kept("baseline", "baseline"),
            "aspect": kept("aspect", "aspect"),
            "perspective": kept("perspective", "perspective"),
            "targets": tuple(
                YearTarget(year=year, target=target) for year, target in sorted(targets.items())
            ),
        }
    )
