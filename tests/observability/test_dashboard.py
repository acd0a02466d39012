"""The dashboard asks Prometheus what Prometheus understands, about metrics that are told."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.breakings import ROOT
from tests.observability.test_rules import needs_promtool

FILE = ROOT / "deploy" / "helm" / "kinerja" / "observability" / "dashboard.json"
DASHBOARD: dict[str, Any] = json.loads(FILE.read_text())
PANELS = [each for each in DASHBOARD["panels"] if each["type"] != "row"]


def expressions() -> list[str]:
    return [target["expr"] for panel in PANELS for target in panel["targets"]]


@needs_promtool
def test_prometheus_understands_every_question(tmp_path: Path) -> None:
    asked = [
        each.replace("$__rate_interval", "5m").replace("$service", ".+") for each in expressions()
    ]
    rules = [{"record": f"asked:{n}", "expr": expr} for n, expr in enumerate(asked)]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = subprocess.run(
        ["promtool", "check", "rules", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_metric_of_it_is_one_that_is_told() -> None:
    """tests/http/test_metrics.py holds it against a real scrape."""
    told = set(re.findall(r"`(kinerja_\w+)`", (ROOT / "docs" / "operations.md").read_text()))
    named = set(re.findall(r"\bkinerja_\w+", " ".join(expressions())))
    assert len(named) > 15
    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in named} <= told


def test_panels_have_names_of_their_own_and_lie_beside_each_other() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
