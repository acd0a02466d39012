"""What makes the program in the working folder a newer one; run while its image is built.

It has a migration more, a view of a higher version, and a type of event that is written whenever somebody is registered.
"""

import re
from pathlib import Path


def change(file: str, *changes: tuple[str, str]) -> None:
    """Replace what stands there once by a pattern."""
    path = Path(file)
    text = path.read_text()
    for old, new in changes:
        text, count = re.subn(old, new, text, flags=re.DOTALL)
        assert count == 1, (file, old, count)
    path.write_text(text)


migrations = Path("eventlog/migrations")
number = len(list(migrations.glob("*.sql"))) + 1
(migrations / f"{number:04}_newer.sql").write_text("create table newer (program integer);\n")

change(
    "services/monitoring/execution/views.py",
    (r"(EXECUTION = View\(.*?)\n\)", r"\1\n    version=2,\n)"),
)

change(
    "contracts/planning.py",
    (r"(class PersonCorrected\()", r"class PersonGreeted(PlanningEvent):\n    person: str\n\n\n\1"),
    (r"(\nEVENTS[^=]*= \()", r"\1PersonGreeted, "),
)
change(
    "services/planning/person/decisions.py",
    (r"(from contracts\.planning import \()", r"\1PersonGreeted,"),
    (
        r"(    raise unexpected\(event, state\))",
        r"    if isinstance(event, PersonGreeted):\n        return state\n\1",
    ),
)
with Path("services/planning/person/decisions.py").open("a") as file:
    file.write(
        "\n\ndef greet(person, by, id, identity):\n"
        "    return [register(person, by, id, identity), PersonGreeted(person=id)]\n"
    )
change("services/planning/directory/routes.py", (r"people\.register,", "people.greet,"))
