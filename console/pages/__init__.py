"""The pages, one module per section; no section knows another.

A handler reads, then renders; an act sends, then goes on. A section that outgrows its module becomes a
folder of the same name. Its templates stand in `templates/SECTION/`.
"""
