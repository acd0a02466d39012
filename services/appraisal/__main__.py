from chassis.app import serve
from services.appraisal.app import SERVICE

serve(SERVICE)
