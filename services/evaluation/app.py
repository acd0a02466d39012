"""Evaluation, wired."""

from chassis import assignments, counts
from chassis.runtime import Service
from services.evaluation.report import reactions, routes, views

SERVICE = Service(
    name="evaluation",
    routers=[routes.router],
    views=[
        counts.view("evaluation"),
        assignments.view("evaluation"),
        views.CYCLE,
        views.REPORT,
    ],
    reactions=lambda runtime: [reactions.report(runtime)],
)
