"""The rules are Prometheus' own, fire when they should, name no metric that is not there, and each alert
has its section in docs/alerts.md."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.breakings import ROOT

RULES = ROOT / "deploy" / "helm" / "kinerja" / "observability" / "rules.yaml"
TESTS = Path(__file__).parent / "rules.yaml"
PAGE = (ROOT / "docs" / "alerts.md").read_text()

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not there (Debian: prometheus)"
)


def alerts() -> dict[str, Any]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return {rule["alert"]: rule for each in groups for rule in each["rules"] if "alert" in rule}


def sections() -> dict[str, str]:
    parts = re.split(r"^## (\w+)\n", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@needs_promtool
@pytest.mark.parametrize(
    "arguments", [("check", "rules", RULES), ("test", "rules", TESTS)], ids=["check", "test"]
)
def test_promtool_takes_them(arguments: tuple[str | Path, ...]) -> None:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_tried_where_it_fires_and_where_it_does_not() -> None:
    fires: dict[str, set[bool]] = {}
    for each in yaml.safe_load(TESTS.read_text())["tests"]:
        for tried in each["alert_rule_test"]:
            fires.setdefault(tried["alertname"], set()).add(bool(tried["exp_alerts"]))
    assert fires == {name: {True, False} for name in alerts()}


def test_each_alert_has_its_section_and_each_section_its_alert() -> None:
    found = sections()
    del found["Objectives"]
    assert found.keys() == alerts().keys()
    for name, text in found.items():
        for part in ("**Cause.** ", "**Look at** ", "**Cure.** "):
            assert f"\n{part}" in text, (name, part)


def test_each_alert_says_how_grave_it_is_and_leads_to_its_section() -> None:
    for name, rule in alerts().items():
        assert rule["labels"].keys() == {"severity"}
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["runbook"] == f"docs/alerts.md#{name.lower()}"
        assert rule["annotations"]["summary"]


def test_every_metric_of_the_rules_is_one_that_is_told() -> None:
    """tests/chassis/test_metrics.py holds the page of operations against the program."""
    told = set(re.findall(r"`(kinerja_\w+)`", (ROOT / "docs" / "operations.md").read_text()))
    for text in (RULES.read_text(), PAGE):
        named = set(re.findall(r"\bkinerja_\w+", text))
        assert named
        assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in named} <= told
