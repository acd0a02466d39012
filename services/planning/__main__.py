from chassis.app import serve
from services.planning.app import SERVICE

serve(SERVICE)
