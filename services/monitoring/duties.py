"""What is due in monitoring: realisations by period, feedback, and training that answers a need.

How often feedback was agreed to be given is on no record yet: what is due is the first, once the SKP's
first period is over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from chassis import approved
from chassis.duties import Declared, Kind, each
from contracts.settings import PERIODS, Periods
from law.period import period_days, periods_of
from law.policy import Settled
from services.monitoring import views as finals
from services.monitoring.development import views as development
from services.monitoring.execution import views as execution


@dataclass(frozen=True, slots=True)
class Rules:
    periods: Settled[Periods]

    def last_day(self, period: str) -> date | None:
        """Until which a period may be filled in; None if nothing bounds it."""
        days = self._of(int(period[:4])).filling_days
        return None if days is None else period_days(period)[1] + timedelta(days=days)

    def of_year(self, year: int) -> Iterator[str]:
        yield from periods_of(year, self._of(year).length)

    def _of(self, year: int) -> Periods:
        return self.periods.on(date(year, 1, 1)).value


def _given(rules: Rules, on: date) -> Sequence[object]:
    """The periods of last year and this one ($4), their first and last days ($5, $6), and until when each
    may be filled in ($7)."""
    periods = [*rules.of_year(on.year - 1), *rules.of_year(on.year)]
    days = [period_days(period) for period in periods]
    return (
        periods,
        [first for first, _ in days],
        [last for _, last in days],
        [rules.last_day(period) or date.max for period in periods],
    )


class Unreported(BaseModel):
    """Of `indicators` of the SKP, `missing` have no realisation of the period; `indicator` is one of them."""

    skp: str
    period: str
    indicator: str
    missing: int
    indicators: int


class OfSKP(BaseModel):
    skp: str
    start: date
    until: date


class OfNeed(BaseModel):
    """`training` is the title of what is planned, and `until` its last day."""

    need: str
    topic: str
    training: str | None
    until: date | None


PERIOD = (
    "unnest($4::text[], $5::date[], $6::date[], $7::date[]) as p (period, start, until, fillable)"
)
EXECUTION_VERSION = "coalesce(e.reports + e.feedback, 0)"  # each is one event of the stream

REPORT = Kind[Unreported, Rules](
    "report-progress",
    act="/skps/{skp}/progress",
    facts=Unreported,
    found=f"""
    held a {approved.EACH}
    join {PERIOD} on p.start <= s.until and p.until >= s.start
    left join view.final_appraisal f on f.skp = s.skp
    left join view.execution e on e.skp = s.skp
    cross join lateral (
        select min(i.id) as first, count(i.id) as missing, jsonb_array_length(s.indicators::jsonb) as of
        from jsonb_array_elements_text(s.indicators::jsonb) as i (id)
        where not exists (
            select from view.realisation r
            where r.skp = s.skp and r.indicator = i.id and r.period = p.period)) i
    where least(p.until, s.until) <= $2 and $2 <= p.fillable and i.missing > 0
      and (f.skp is null or f.until < p.start)""",
    key="s.skp || '/' || p.period",
    unit="a.unit",
    stream="'execution/' || s.skp",
    version=EXECUTION_VERSION,
    person="a.person",
    since="least(p.until, s.until)",
    columns={
        "skp": "s.skp",
        "period": "p.period",
        "indicator": "i.first",
        "missing": "i.missing",
        "indicators": "i.of",
    },
    due=lambda facts, rules: rules.last_day(facts.period),
)
GIVE_FEEDBACK = Kind[OfSKP, Rules](
    "give-feedback",
    act="/skps/{skp}/feedback",
    facts=OfSKP,
    found=f"""
    appraised a {approved.EACH}
    left join view.execution e on e.skp = s.skp
    cross join lateral (
        select least(min(p.until), s.until) as over from {PERIOD} where p.until >= s.start) first
    where a.in_force and s.start <= $2 and first.over <= $2 and coalesce(e.feedback, 0) = 0
      and not exists (select from view.final_appraisal f where f.skp = s.skp)""",
    key="s.skp",
    unit="a.unit",
    stream="'execution/' || s.skp",
    version=EXECUTION_VERSION,
    person="a.person",
    since="first.over",
    columns={"skp": "s.skp", "start": "s.start", "until": "s.until"},
    due=lambda facts, rules: facts.until,
)


def _of_need(name: str, act: str, found: str, **how: Any) -> Kind[OfNeed, Rules]:
    return Kind(
        name,
        act=act,
        facts=OfNeed,
        found=found,
        key="n.need",
        unit="a.unit",
        stream="'development/' || n.need",
        version="n.version",
        person="a.person",
        columns={name: f"n.{name}" for name in OfNeed.model_fields},
        **how,
    )


PLAN_TRAINING = _of_need(
    "plan-training",
    "/development-needs/{need}/training",
    f"appraised a {each('need', 'n')} where a.in_force and n.status = 'identified'",
    opened="n.since",
)
COMPLETE_TRAINING = _of_need(
    "complete-training",
    "/development-needs/{need}/completion",
    f"""
    held a {each("need", "n")}
    where n.status = 'planned' and n.until <= $2
      and (a.in_force or not exists (
        select from view.final_appraisal f where f.assignment = a.assignment and f.until >= a.until))""",
    since="n.until",
)

DUTIES = Declared(
    "monitoring",
    kinds=(REPORT, GIVE_FEEDBACK, PLAN_TRAINING, COMPLETE_TRAINING),
    reads=(approved.view("monitoring"), finals.VIEW, execution.EXECUTION, development.VIEW),
    settings=(PERIODS,),
    rules=Rules,
    given=_given,
)
