from chassis.app import serve
from services.rewards.app import SERVICE

serve(SERVICE)
