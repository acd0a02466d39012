"""The kernel keeps, carries, projects and proves events. It knows nothing of personnel.

decide → append (`commands`, `log`) → relay (`relay`) → Kafka → views and reactions (`subscription`).

schema, database               the tables, and what a connection is
log, grouping, reading         appends in groups; readings whose size is bounded
commands, reactions            the two ways that lead to an append
relay, broker                  to Kafka, and the way in to it
subscription, follow, places,  from Kafka: membership and delivery, which records are next, how far it
effect, health, arrivals       has come, what it does, how it is, and who waits for it
views, replay, verify          tables that only the log feeds, built anew, and held against it
faults                         where a test makes a process die
"""
