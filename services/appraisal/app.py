"""Appraisal, wired."""

from chassis import approved, assignments, counts, duties, reminders
from chassis.runtime import Service
from services.appraisal.cycle import routes as cycle
from services.appraisal.cycle import views as cycle_views
from services.appraisal.duties import DUTIES
from services.appraisal.rating import routes as rating
from services.appraisal.rating import views as rating_views

SERVICE = Service(
    name="appraisal",
    routers=[cycle.router, rating.router, duties.router(DUTIES), reminders.router(DUTIES)],
    views=[
        counts.view("appraisal"),
        assignments.view("appraisal"),
        approved.view("appraisal"),
        cycle_views.VIEW,
        rating_views.VIEW,
    ],
)
