"""Planning, wired."""

from chassis import assignments, counts, policies
from chassis.runtime import Service
from services.planning.directory import routes as directory
from services.planning.directory import views as directory_views
from services.planning.improvement import routes as improvement
from services.planning.improvement import views as improvement_views
from services.planning.settings import routes as settings
from services.planning.skp import routes as skp
from services.planning.skp import views as skp_views

SERVICE = Service(
    name="planning",
    routers=[directory.router, skp.router, improvement.router, settings.router],
    views=[
        counts.view("planning"),
        assignments.view("planning"),
        policies.view("planning"),
        directory_views.VIEW,
        skp_views.VIEW,
        improvement_views.VIEW,
    ],
)
