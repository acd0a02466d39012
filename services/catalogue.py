"""The five services, by name."""

from chassis.runtime import Service
from services.appraisal.app import SERVICE as APPRAISAL
from services.evaluation.app import SERVICE as EVALUATION
from services.monitoring.app import SERVICE as MONITORING
from services.planning.app import SERVICE as PLANNING
from services.rewards.app import SERVICE as REWARDS

SERVICES: dict[str, Service] = {
    service.name: service for service in (PLANNING, MONITORING, APPRAISAL, REWARDS, EVALUATION)
}
