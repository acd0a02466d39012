from chassis.app import main
from services.appraisal.app import SERVICE

main(SERVICE)
