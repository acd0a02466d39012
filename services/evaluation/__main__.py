from chassis.app import serve
from services.evaluation.app import SERVICE

serve(SERVICE)
