"""docs/access.md: who may do what."""

from law.standing import Who
from reference.services import endpoints

HEAD = """# Who may do what

Made by `make contracts` from the routes' signatures; do not edit. `tests/http/test_access.py` tries
every row in every capacity, on what exists and what does not, with and without `If-Match`.

The employee holds the assignment that it is about; the appraiser is named in it and holds an office
of their own on the date. *Also later*: when the assignment has ended, for what is still owed. Where a
person is asked about, the employee is that person, and the appraiser is theirs today. The other
capacities are roles that the agency gave. Nobody is another's employee or appraiser by a role, and
nobody appraises themselves. `/livez`, `/readyz`, `/status`, `/head`, `/keys`, `/checkpoint`
and `/proofs/…` are open.
"""


def render() -> str:
    lines = [
        HEAD,
        "| | " + " | ".join(Who) + " |",
        "|---|" + "---|" * len(Who),
    ]
    for service, method, path, access in endpoints():
        if access is not None:
            marks = ["●" if who in access.may else "" for who in Who]
            lines.append(f"| {service} `{method} {path}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"
