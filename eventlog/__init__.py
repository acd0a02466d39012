"""How events are kept, carried, projected and proved. Knows nothing of personnel.

decide → append (`log`, `commands`) → relay (`relay`) → Kafka → views and reactions (`subscription`).
"""
