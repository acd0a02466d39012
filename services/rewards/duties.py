"""What is due in rewards: the next step of each discipline case. PP 94/2021.

The superior takes the steps, and issues what they may; the appointing authority the rest. Recognition,
improvement plans and objections have no command yet.
"""

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from chassis.duties import Declared, Kind, each
from contracts.rewards import YearTotal
from contracts.settings import (
    MEDIUM_SANCTIONS,
    SUMMONS_DISTANCE,
    SUPERIOR_SANCTIONS,
    WORKING_CALENDAR,
)
from law.standing import Who
from law.workdays import Calendar
from services.rewards.discipline import views
from services.rewards.discipline.decisions import Case, Dossier, Rules, reckon

F = TypeVar("F", bound=BaseModel)


class OfCase(BaseModel):
    """A case over so many `days` of absence."""

    case: str
    days: int


class Summoned(OfCase):
    examination: date


class Filed(BaseModel):
    """What the sanction of a case depends on, of one of the person's cases."""

    case: str
    assignment: str
    status: str
    absent: frozenset[date]
    not_proven: frozenset[date] | None
    totals: tuple[YearTotal, ...] | None

    def read(self, person: str) -> Case:
        days = self.absent - (self.not_proven or frozenset())
        answered = tuple((total.year, total.reached) for total in self.totals or ())
        case = Case(self.case, person, self.assignment, days, answered=answered)
        match self.status:
            case "sanctioned":
                return replace(case, end="sanctioned")
            case "closed":
                return replace(case, end="closed", days=frozenset())
        return case


class Examined(OfCase):
    # As which of those who may decide the caller is asked; and what the decision depends on.
    asked_as: SkipJsonSchema[Who] = Field(exclude=True)
    person: SkipJsonSchema[str] = Field(exclude=True)
    filed: SkipJsonSchema[tuple[Filed, ...]] = Field(exclude=True)

    def leads_to_sanction(self, rules: Rules, on: date) -> bool | None:
        """None if it is for another to decide."""
        cases = {filed.case: filed.read(self.person) for filed in self.filed}
        found, who = reckon(Dossier(self.case, cases), on, rules)
        return found.sanction is not None if who is self.asked_as else None


PATH = "/people/{person}/discipline-cases/{case}"
OF_SUPERIOR = f"appraised a {each('discipline_case', 'c')}"
DAYS = "jsonb_array_length(c.absent::jsonb)"
FILED = """(
    select jsonb_agg(jsonb_build_object(
        'case', f."case", 'assignment', f.assignment, 'status', f.status, 'absent', f.absent::jsonb,
        'not_proven', f.not_proven::jsonb, 'totals', f.totals::jsonb))
    from view.discipline_case f where f.person = c.person)"""
EXAMINED = f"""(
    select c.*, a.unit as within, '{Who.APPRAISER_LATER}' as asked_as from {OF_SUPERIOR}
    where c.status = 'examined'
    union all
    select c.*, a.unit, '{Who.AUTHORITY}'
    from view.discipline_case c join view.assignment a using (assignment)
    where '{Who.AUTHORITY}' = any($3) and c.status = 'examined' and c.person <> $1) c"""


def _of_case(
    name: str,
    act: str,
    facts: type[F],
    found: str,
    columns: dict[str, str],
    unit: str = "a.unit",
    **how: Any,
) -> Kind[F, Rules]:
    return Kind(
        name,
        act=PATH + act,
        facts=facts,
        found=found,
        key="c.person || '/' || c.\"case\"",
        unit=unit,
        stream="'discipline/' || c.person",
        # The stream is the person's: of several cases the last that something happened in.
        version="(select max(f.version) from view.discipline_case f where f.person = c.person)",
        person="c.person",
        columns={"case": 'c."case"', "days": DAYS, **columns},
        **how,
    )


SUMMON = _of_case(
    "summon",
    "/summons",
    OfCase,
    f"{OF_SUPERIOR} where c.status = 'opened'",
    {},
    opened="c.since",
)
EXAMINE = _of_case(
    "examine",
    "/examination",
    Summoned,
    f"{OF_SUPERIOR} where c.status = 'summoned' and c.examination <= $2",
    {"examination": "c.examination"},
    since="c.examination",
    due=lambda facts, rules: facts.examination,
)
_OF_EXAMINED = {"asked_as": "c.asked_as", "person": "c.person", "filed": FILED}
ISSUE = _of_case(
    "issue-sanction",
    "/sanction",
    Examined,
    EXAMINED,
    _OF_EXAMINED,
    unit="c.within",
    opened="c.since",
    owed=lambda facts, rules, on: facts.leads_to_sanction(rules, on) is True,
)
CLOSE = _of_case(
    "close-case",
    "/close",
    Examined,
    EXAMINED,
    _OF_EXAMINED,
    unit="c.within",
    opened="c.since",
    owed=lambda facts, rules, on: facts.leads_to_sanction(rules, on) is False,
)

DUTIES = Declared(
    "rewards",
    kinds=(SUMMON, EXAMINE, ISSUE, CLOSE),
    reads=(views.VIEW,),
    settings=(WORKING_CALENDAR, SUMMONS_DISTANCE, MEDIUM_SANCTIONS, SUPERIOR_SANCTIONS),
    rules=lambda calendar, *others: Rules(Calendar(calendar), *others),
)
