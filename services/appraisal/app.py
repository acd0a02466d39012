"""Appraisal, wired."""

from chassis import assignments, counts
from chassis.runtime import Service
from services.appraisal.appraisal import routes as appraisal
from services.appraisal.appraisal import views as appraisal_views
from services.appraisal.cycle import routes as cycle

SERVICE = Service(
    name="appraisal",
    routers=[cycle.router, appraisal.router],
    views=[
        counts.view("appraisal"),
        assignments.view("appraisal"),
        appraisal_views.APPROVED,
        appraisal_views.APPRAISAL,
    ],
)
