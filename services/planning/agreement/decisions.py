"""What a unit's head is to achieve is set by whoever appraises the head, and amended with a reason.

A performance agreement (perjanjian kinerja) is of one year. The agency's strategic plan (Renstra) says the
same of several, and is that of the head of the whole.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracts.alignment import AgreedIndicator, AgreementAmended, AgreementSet, Objective
from contracts.event import Event
from eventlog.aggregate import Aggregate, unexpected
from law.refusal import Refused, must_be_none
from law.standing import Assignment, Standing, Who

MAY = (Who.APPRAISER, Who.OFFICER, Who.PERFORMANCE_TEAM, Who.PERSONNEL)
"""Who sets it. The annex of PermenPANRB 8/2021 says whose expectations are set by whom: by whoever appraises.
What 6/2022 says of it was not found; that personnel and the performance team write down what those two have
signed is the narrowest choice that lets an agency bring its agreements as files. The head does not."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`assignment` is the head's; `first` and `last` are years."""

    agreement: str
    unit: str
    assignment: str
    first: int
    last: int
    objectives: tuple[Objective, ...]

    @property
    def is_plan(self) -> bool:
        return self.first < self.last

    def indicator(self, id: str) -> AgreedIndicator | None:
        each = (i for objective in self.objectives for i in objective.indicators)
        return next((i for i in each if i.id == id), None)

    def has(self, id: str) -> bool:
        """Whether an objective or indicator has the id."""
        return any(id in ids for ids in ids_of(self.objectives))


def evolve(state: Agreement | None, event: Event) -> Agreement:
    match event, state:
        case AgreementSet(), None:
            return Agreement(
                event.agreement,
                event.unit,
                event.assignment,
                event.first,
                event.last,
                event.objectives,
            )
        case AgreementAmended(), Agreement():
            return replace(state, assignment=event.assignment, objectives=event.objectives)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Agreement]("agreement", evolve)


def agreement_id(unit: str, first: int, last: int) -> str:
    """One agreement for a unit and year; one strategic plan for its years."""
    return f"{unit}.{first}" if first == last else f"{unit}.{first}-{last}"


def ids_of(objectives: Sequence[Objective]) -> Iterator[tuple[str, ...]]:
    """The ids of each objective, and of its indicators."""
    for objective in objectives:
        yield objective.id, *(indicator.id for indicator in objective.indicators)


@dataclass(frozen=True, slots=True)
class Above:
    """Where a unit is: those above it, and what its objectives serve, by place, as far as there is such a
    place: the agreement that it is in, or whose matrix it is in."""

    units: frozenset[str] = frozenset()
    served: Mapping[str, Agreement] = field(default_factory=dict)


def set_(
    agreement: Agreement | None,
    by: Standing,
    first: int,
    last: int,
    objectives: tuple[Objective, ...],
    above: Above,
) -> AgreementSet:
    """Set what the head of a unit is to achieve in a year, or the strategic plan of the agency.
    PermenPANRB 8/2021."""
    head = by.held
    if agreement:
        raise Refused("agreement-exists", f"{agreement.agreement} is there already", field="year")
    must_be_none(
        [*_unfit(head, first, last, above), *problems(head.unit, first, last, objectives, above)]
    )
    return AgreementSet(
        agreement=agreement_id(head.unit, first, last),
        unit=head.unit,
        assignment=head.assignment,
        person=head.person,
        first=first,
        last=last,
        objectives=objectives,
        by=by.id,
    )


def amend(
    agreement: Agreement | None,
    by: Standing,
    objectives: tuple[Objective, ...],
    reason: str,
    above: Above,
    carried: Collection[str] = (),
) -> AgreementAmended:
    """Amend what was set, with the reason; also because another head has followed, about whose assignment
    this is decided then. `carried` are the indicators that somebody has a cell of."""
    if agreement is None:
        raise Refused("unknown-agreement", "no such agreement", field="agreement")
    head, first, last = by.held, agreement.first, agreement.last
    follows = head.assignment != agreement.assignment
    if follows and head.unit != agreement.unit:
        raise Refused("other-unit", f"{head.assignment} is in {head.unit}", field="assignment")
    if not follows and objectives == agreement.objectives:
        raise Refused("nothing-changed", "that is what was set", field="objectives")
    found = [*_unfit(head, first, last, above)] if follows else []
    left = {id for ids in ids_of(objectives) for id in ids[1:]}
    found += [
        Refused("carried", f"there are cells of {id} in the matrix", field="objectives")
        for id in sorted(set(carried) - left)
    ]
    must_be_none([*found, *problems(agreement.unit, first, last, objectives, above)])
    return AgreementAmended(
        agreement=agreement.agreement,
        unit=agreement.unit,
        assignment=head.assignment,
        person=head.person,
        objectives=objectives,
        reason=reason,
        by=by.id,
    )


def _unfit(head: Assignment, first: int, last: int, above: Above) -> Iterator[Refused]:
    """Why it is not that of this head."""
    if not head.leads:
        yield Refused("not-a-head", f"{head.assignment} leads no unit", field="assignment")
    if head.start.year > last or (head.until and head.until.year < first):
        yield Refused(
            "outside-assignment", "the years are not within the assignment", field="assignment"
        )
    if last < first:
        yield Refused("years-reversed", f"{last} is before {first}", field="until")
    elif first < last and above.units:
        yield Refused("not-the-agency", "a strategic plan is of the whole agency", field="until")


def problems(
    unit: str, first: int, last: int, objectives: Sequence[Objective], above: Above
) -> Iterator[Refused]:
    """All that an agreement may not say."""
    if not objectives:
        yield Refused("no-objective", "an objective is required", field="objectives")
    told = set[str]()
    for n, objective in enumerate(objectives):
        where = f"objectives.{n}"
        yield from _repeated(objective.id, told, where)
        yield from _unserved(unit, first, last, objective, above, where)
        if not objective.indicators:
            yield Refused(
                "no-indicator", f"{objective.id} has no indicator", field=f"{where}.indicators"
            )
        for m, indicator in enumerate(objective.indicators):
            at = f"{where}.indicators.{m}"
            yield from _repeated(indicator.id, told, at)
            yield from _off_target(indicator, first, last, at)


def _repeated(id: str, told: set[str], where: str) -> Iterator[Refused]:
    if id in told:
        yield Refused("repeated-id", f"the id {id} stands twice", field=f"{where}.id")
    told.add(id)


def _unserved(
    unit: str, first: int, last: int, objective: Objective, above: Above, where: str
) -> Iterator[Refused]:
    """What stands above a unit is never below it, so that no objective serves itself in the end."""
    if objective.serves is None:
        return
    served = above.served.get(objective.serves)
    if served is None:
        yield Refused("unknown-place", f"no {objective.serves}", field=f"{where}.serves")
    elif not (
        served.unit in above.units or (served.unit == unit and served.is_plan and first == last)
    ):
        yield Refused("not-above", f"{objective.serves} is not above", field=f"{where}.serves")
    elif not (served.first <= first and last <= served.last):
        yield Refused(
            "other-years", f"{objective.serves} is of other years", field=f"{where}.serves"
        )


def _off_target(indicator: AgreedIndicator, first: int, last: int, where: str) -> Iterator[Refused]:
    """An agreement has a target of its year, and may look further; a strategic plan's are of its years."""
    years = [target.year for target in indicator.targets]
    if len(set(years)) < len(years):
        yield Refused(
            "repeated-year", f"{indicator.id} has two targets of a year", field=f"{where}.targets"
        )
    if first == last and first not in years:
        yield Refused(
            "no-target", f"{indicator.id} has no target of {first}", field=f"{where}.targets"
        )
    elif not years:
        yield Refused("no-target", f"{indicator.id} has no target", field=f"{where}.targets")
    for n, year in enumerate(years):
        if year < first or (first < last < year):
            yield Refused(
                "outside-years", f"{year} is not among the years", field=f"{where}.targets.{n}.year"
            )
