"""What is due in appraisal: both ratings of each SKP of an open cycle, then the predicate, then the cycle's
close. No deadline of these was found in any text."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, Field

from chassis import approved
from chassis.duties import Declared, Kind
from contracts.settings import LEAST_SERVICE, LeastService
from law.period import whole_months
from law.policy import Settled
from services.appraisal.cycle import views as cycles
from services.appraisal.rating import views as ratings


@dataclass(frozen=True, slots=True)
class Rules:
    least: Settled[LeastService]


class Appraised(BaseModel):
    """What of the SKP is appraised in the cycle: from `start` through `until`."""

    skp: str
    cycle: str
    start: date
    until: date
    over: date = Field(exclude=True)
    """The cycle's last day."""


class OfCycle(BaseModel):
    """`finalized` appraisals of the cycle are final, and none is begun."""

    cycle: str
    until: date
    finalized: int


def _is_long_enough(facts: Appraised, rules: Rules, on: date) -> bool:
    return whole_months(facts.start, facts.until) >= rules.least.on(facts.over).value.months


def _of_appraisal(name: str, act: str, when: str) -> Kind[Appraised, Rules]:
    return Kind(
        name,
        act=act,
        facts=Appraised,
        found=f"""
    appraised a {approved.EACH}
    join view.cycle c on not c.closed and c.start <= s.until and c.until >= s.start
    left join view.appraisal r on r.skp = s.skp
    where least(s.until, c.until, a.until) <= $2 and (r.skp is null or r.cycle = c.cycle)
      and r.predicate is null and {when}""",
        key="s.skp || '/' || c.cycle",
        unit="a.unit",
        stream="'appraisal/' || s.skp",
        version="coalesce(r.version, 0)",
        person="a.person",
        since="least(s.until, c.until, a.until)",
        columns={
            "skp": "s.skp",
            "cycle": "c.cycle",
            "start": "greatest(s.start, c.start)",
            "until": "least(s.until, c.until, a.until)",
            "over": "c.until",
        },
        owed=_is_long_enough,
    )


# One at a time, each when the one before it is done.
RATE_RESULT = _of_appraisal("rate-result", "/appraisals/{skp}/result", "r.result is null")
RATE_BEHAVIOUR = _of_appraisal(
    "rate-behaviour",
    "/appraisals/{skp}/behaviour",
    "r.result is not null and r.behaviour is null",
)
FINALIZE = _of_appraisal(
    "finalize-appraisal",
    "/appraisals/{skp}/finalize",
    "r.result is not null and r.behaviour is not null",
)
CLOSE_CYCLE = Kind[OfCycle, Rules](
    "close-cycle",
    act="/cycles/{cycle}/close",
    facts=OfCycle,
    found=f"""
    view.cycle c cross join lateral (
        select count(*) filter (where final) as final, count(*) filter (where {cycles.UNFINISHED}) as begun
        from view.begun b where b.cycle = c.cycle) b
    where 'personnel' = any($3) and not c.closed and c.until < $2 and b.final > 0 and b.begun = 0""",
    key="c.cycle",
    unit="''",
    stream="'cycle/' || c.cycle",
    version="c.version",
    since="c.until + 1",
    columns={"cycle": "c.cycle", "until": "c.until", "finalized": "b.final"},
)

DUTIES = Declared(
    "appraisal",
    kinds=(RATE_RESULT, RATE_BEHAVIOUR, FINALIZE, CLOSE_CYCLE),
    reads=(approved.view("appraisal"), cycles.VIEW, ratings.VIEW),
    settings=(LEAST_SERVICE,),
    rules=Rules,
)
