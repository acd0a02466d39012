"""Results of an SKP from what is asked of its assignment: cells, and a head's own agreement."""

from collections.abc import Iterator, Mapping, Sequence

from contracts.alignment import AgreedIndicator
from services.planning.agreement.views import AgreementRow
from services.planning.matrix.views import CellRow
from services.planning.skp.drafts.views import PlaceShown
from services.planning.skp.routes import IndicatorBody, ResultBody

RESULTS = 50
"""As many as an SKP may have."""


def results_of(
    year: int,
    own: AgreementRow | None,
    cells: Sequence[CellRow],
    tops: Mapping[str, AgreementRow],
    leaders: Mapping[str, CellRow],
) -> list[ResultBody]:
    """
    own      the agreement of whoever leads a unit: its objectives are results, with all their indicators
    tops     the agreements whose indicators stand above the cells, by matrix
    leaders  team leaders' cells, by place

    A cell that an objective of one's own serves is in that objective already. A cell that hands the head's
    result down brings the head's indicator; one that contributes leaves it to the dialogue.
    """
    found = [*_of_agreement(year, own)] if own else []
    served = {objective.serves for objective in own.objectives} if own else set()
    for cell in cells:
        if cell.place not in served:
            found.append(_of_cell(year, len(found) + 1, cell, tops.get(cell.matrix), leaders))
    return found[:RESULTS]


def _of_agreement(year: int, own: AgreementRow) -> Iterator[ResultBody]:
    for n, objective in enumerate(own.objectives, start=1):
        yield ResultBody(
            id=f"r{n}",
            kind="main",
            text=objective.text,
            serves_at=f"{own.agreement}/{objective.id}",
            indicators=[
                _indicator(f"r{n}.{m}", each, year)
                for m, each in enumerate(objective.indicators, start=1)
            ],
        )


def _of_cell(
    year: int, n: int, cell: CellRow, top: AgreementRow | None, leaders: Mapping[str, CellRow]
) -> ResultBody:
    indicator = _find(top, cell.indicator)
    leader = leaders.get(cell.parent)
    above = leader.text if leader else indicator.text if indicator else None
    return ResultBody(
        id=f"r{n}",
        kind="additional" if cell.role == "additional" else "main",
        text=cell.text,
        serves=above,
        serves_at=cell.place,
        indicators=[_indicator(f"r{n}.1", indicator, year)] if cell.direct and indicator else [],
    )


def _find(top: AgreementRow | None, id: str) -> AgreedIndicator | None:
    every = (i for objective in (top.objectives if top else ()) for i in objective.indicators)
    return next((each for each in every if each.id == id), None)


def _indicator(id: str, agreed: AgreedIndicator, year: int) -> IndicatorBody:
    target = next(each.target for each in agreed.targets if each.year == year)
    return IndicatorBody(
        id=id,
        aspect=agreed.aspect,
        perspective=agreed.perspective,
        text=agreed.text,
        target=target,
        unit=agreed.unit,
        baseline=agreed.baseline,
    )


def of_asked(assignment: str, results: Sequence[ResultBody]) -> list[PlaceShown]:
    """Of results as the assignment is asked for them; a cell's place ends with whose it is."""
    return [
        PlaceShown(
            place=each.serves_at,
            text=each.serves or each.text,
            of="cell" if each.serves_at.endswith(f"/{assignment}") else "agreement",
        )
        for each in results
        if each.serves_at
    ]
