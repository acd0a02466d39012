"""What makes the program in the working folder a newer one; run while its image is built."""

import re
from pathlib import Path

migrations = Path("eventlog/migrations")
number = len(list(migrations.glob("*.sql"))) + 1
(migrations / f"{number:04}_newer.sql").write_text("create table newer (program integer);\n")

views = Path("services/monitoring/execution/views.py")
changed, count = re.subn(
    r"(EXECUTION = View\(.*?)\n\)", r"\1\n    version=2,\n)", views.read_text(), flags=re.DOTALL
)
assert count == 1
views.write_text(changed)
