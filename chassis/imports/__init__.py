"""Files that people send are checked, shown with all their problems, and loaded (docs/adr/0021).

uploads  where a file waits, and how far it has come    kind    what a service says of a file it takes
desk     the process that checks and loads one file     keeper  starts such processes
routes   HTTP
"""
