"""docs/settings.md: what an agency settles for itself."""

import inspect
import json
from typing import Any

from contracts.settings import KINDS, Kind

HEAD = """# What an agency settles for itself

Made by `make contracts` from contracts/settings.py; do not edit. Personnel adopt a setting with its
ground, `POST /settings/{kind}` of planning; `GET /settings` tells what is in force on a date. A decision
takes the one in force on the date that its rule is about, and names the adoption in its basis. What was
decided stays decided. Until something is adopted, what ships holds, and is told as such.
"""


def render() -> str:
    return "\n".join([HEAD, *(_section(kind) for kind in KINDS.values())])


def _section(kind: Kind[Any]) -> str:
    told = " ".join(inspect.cleandoc(kind.model.__doc__ or "").split())
    scope = "the agency, or one unit" if kind.by_unit else "the agency"
    value = json.dumps(kind.shipped.model_dump(mode="json"), indent=1, ensure_ascii=False)
    return f"""## {kind.name}

{told}

{kind.used_by.capitalize() or "Every service"} decides by it, for {scope}. What ships ({kind.source}):

```json
{value}
```
"""
