"""Rule sets for the predicate. A cycle is opened under one and keeps it."""

from services.appraisal.rules import permenpanrb_6_2022

RULE_SETS = {permenpanrb_6_2022.NAME: permenpanrb_6_2022.predicate}
