"""Monitoring, wired."""

from chassis import approved, assignments, counts, duties, reminders
from chassis.runtime import Service
from services.monitoring import views
from services.monitoring.development import routes as development
from services.monitoring.development import views as development_views
from services.monitoring.duties import DUTIES
from services.monitoring.execution import routes as execution
from services.monitoring.execution import views as execution_views

SERVICE = Service(
    name="monitoring",
    routers=[execution.router, development.router, duties.router(DUTIES), reminders.router(DUTIES)],
    views=[
        counts.view("monitoring"),
        assignments.view("monitoring"),
        approved.view("monitoring"),
        views.VIEW,
        execution_views.EXECUTION,
        development_views.VIEW,
    ],
)
