from chassis.app import main
from services.evaluation.app import SERVICE

main(SERVICE)
