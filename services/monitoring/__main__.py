from chassis.app import main
from services.monitoring.app import SERVICE

main(SERVICE)
