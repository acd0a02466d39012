from chassis.app import main
from services.planning.app import SERVICE

main(SERVICE)
