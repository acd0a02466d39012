"""What the rules are made of, without I/O: refusals and their citations, who stands where, periods,
policies, working days. It imports only `contracts`; every decision imports it."""
