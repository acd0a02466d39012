from chassis.app import main
from services.rewards.app import SERVICE

main(SERVICE)
