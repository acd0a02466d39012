"""Rewards, wired."""

from chassis import assignments, counts, duties, reminders
from chassis.runtime import Service
from services.rewards.discipline import routes as discipline
from services.rewards.discipline import views as cases
from services.rewards.duties import DUTIES
from services.rewards.followup import reactions, views
from services.rewards.followup import routes as followup

SERVICE = Service(
    name="rewards",
    routers=[followup.router, discipline.router, duties.router(DUTIES), reminders.router(DUTIES)],
    views=[
        counts.view("rewards"),
        assignments.view("rewards"),
        views.VIEW,
        cases.VIEW,
    ],
    reactions=lambda runtime: [reactions.followup(runtime), reactions.cycle(runtime)],
)
