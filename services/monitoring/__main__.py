from chassis.app import serve
from services.monitoring.app import SERVICE

serve(SERVICE)
