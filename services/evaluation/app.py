"""Evaluation, wired."""

from chassis import assignments, counts, duties, reminders
from chassis.runtime import Service
from services.evaluation.duties import DUTIES
from services.evaluation.report import reactions, routes, views

SERVICE = Service(
    name="evaluation",
    routers=[routes.router, duties.router(DUTIES), reminders.router(DUTIES)],
    views=[
        counts.view("evaluation"),
        assignments.view("evaluation"),
        views.CYCLE,
        views.REPORT,
    ],
    reactions=lambda runtime: [reactions.report(runtime)],
)
