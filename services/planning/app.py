"""Planning, wired."""

from chassis import assignments, counts, duties, reminders
from chassis.imports import routes as imports
from chassis.runtime import Service
from services.planning.agreement import routes as agreement
from services.planning.agreement import views as agreement_views
from services.planning.agreement.imports import IMPORT as AGREEMENTS
from services.planning.agreement.reading import routes as agreement_reading
from services.planning.cascade import routes as cascade
from services.planning.completion import routes as completion
from services.planning.directory import routes as directory
from services.planning.directory.imports import IMPORTS
from services.planning.dispute import routes as dispute
from services.planning.dispute import views as dispute_views
from services.planning.duties import DUTIES
from services.planning.forms import routes as forms
from services.planning.forms.matrix import routes as matrix_form
from services.planning.improvement import routes as improvement
from services.planning.improvement import views as improvement_views
from services.planning.matrix import routes as matrix
from services.planning.matrix import views as matrix_views
from services.planning.matrix.reading import routes as matrix_reading
from services.planning.members import routes as members
from services.planning.person import routes as person
from services.planning.person import views as person_views
from services.planning.position import routes as position
from services.planning.position import views as position_views
from services.planning.position.imports import IMPORT as POSITIONS
from services.planning.search import routes as search
from services.planning.settings import routes as settings
from services.planning.skp import routes as skp
from services.planning.skp import views as skp_views
from services.planning.skp.drafts import routes as skp_drafts
from services.planning.skp.reading import routes as skp_reading
from services.planning.unit import routes as unit
from services.planning.unit import views as unit_views

SERVICE = Service(
    name="planning",
    routers=[
        directory.router,
        unit.router,
        members.router,
        person.router,
        position.router,
        dispute.router,
        search.router,
        agreement.router,
        agreement_reading.router,
        matrix.router,
        matrix_reading.router,
        cascade.router,
        skp.router,
        skp_reading.router,
        skp_drafts.router,
        completion.router,
        forms.router,
        matrix_form.router,
        improvement.router,
        settings.router,
        duties.router(DUTIES),
        reminders.router(DUTIES),
        imports.router,
    ],
    views=[
        counts.view("planning"),
        assignments.view("planning"),
        unit_views.VIEW,
        person_views.VIEW,
        position_views.VIEW,
        dispute_views.VIEW,
        agreement_views.VIEW,
        matrix_views.VIEW,
        skp_views.VIEW,
        improvement_views.VIEW,
    ],
    imports=(*IMPORTS, POSITIONS, AGREEMENTS),
)
