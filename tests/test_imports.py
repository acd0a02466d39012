"""The import rules of pyproject.toml catch what they are there for.

In a copy of the tree, one violation of each kind is planted; all of them are reported, and nothing
else is.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

PLANTED = (
    # A lower layer that knows a higher one, each neighbouring pair and some far ones.
    ("contracts.planning", "eventlog.log"),
    ("contracts.planning", "law.period"),
    ("contracts.monitoring", "ministry.rows"),
    ("law.period", "chassis.settings"),
    ("law.policy", "eventlog.views"),
    ("eventlog.relay", "law.standing"),
    ("eventlog.log", "console.show.sentences"),
    ("eventlog.views", "chassis.counts"),
    ("chassis.counts", "services.planning.app"),
    ("chassis.logs", "audit.verify"),
    ("services.rewards.credit", "console.ask.client"),
    ("services.rewards.app", "audit.verify"),
    ("services.planning.app", "deploy.local.ports"),
    ("services.evaluation.app", "tests.containers"),
    ("console.ask.client", "audit.verify"),
    ("console.show.sentences", "deploy.local.ports"),
    ("audit.verify", "ministry.rows"),
    ("ministry.year", "audit.verify"),
    ("audit.verify", "reference.rules"),
    ("audit.verify", "operate.output"),
    ("operate.http", "deploy.local.ports"),
    ("services.planning.skp.content", "reference.rules"),
    ("deploy.local.ports", "bench.machine"),
    ("deploy.local.stack", "tests.containers"),
    # A service that knows another; an aggregate that knows another.
    ("services.planning.skp.routes", "services.monitoring.app"),
    ("services.planning.skp.decisions", "services.planning.person.decisions"),
    ("services.monitoring.development.routes", "services.monitoring.execution.routes"),
    ("services.appraisal.cycle.decisions", "services.appraisal.rating.decisions"),
    # Decisions and the law that do I/O, or know a view or a route.
    ("services.planning.skp.decisions", "services.planning.skp.views"),
    ("services.rewards.discipline.decisions", "services.rewards.discipline.routes"),
    ("services.rewards.followup.decisions", "asyncpg"),
    ("services.appraisal.rating.decisions", "chassis.assignments"),
    ("services.appraisal.rules.permenpanrb_6_2022", "structlog"),
    ("law.zones", "pydantic_settings"),
    ("law.workdays", "aiohttp"),
    ("eventlog.aggregate", "asyncpg"),
    # Views that know a route.
    ("services.monitoring.execution.views", "services.monitoring.execution.routes"),
    ("services.planning.directory.views", "fastapi"),
    ("services.rewards.followup.views", "chassis.requests"),
    # External packages by layer.
    ("contracts.topics", "structlog"),
    ("services.planning.directory.routes", "asyncpg"),
    ("services.evaluation.report.reactions", "aiokafka"),
    ("chassis.counts", "faststream"),
    ("audit.verify", "aiokafka"),
    ("operate.verify", "asyncpg"),
    ("ministry.client", "asyncpg"),
    ("eventlog.log", "fastapi"),
    ("eventlog.commands", "aiohttp"),
    # The console and the ministry see the services from outside.
    ("console.ask.client", "services.planning.app"),
    ("console.show.sentences", "eventlog.views"),
    ("console.keep.sessions", "eventlog.database"),
    ("ministry.year", "services.planning.app"),
    ("console.ask.client", "law.period"),
    # A section of the console that knows another; what is below a section that knows it.
    ("console.directory.routes", "console.home.routes"),
    ("console.web.page", "console.account.routes"),
    ("console.forms.data", "console.planning.reads"),
    ("console.web.page", "console.forms.data"),
    ("console.show.words", "console.ask.client"),
    ("console.ask.client", "console.web.page"),
    ("console.keep.sealing", "console.settings"),
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    copy = tmp_path_factory.mktemp("planted")
    ignored = shutil.ignore_patterns("__pycache__", ".*", "node_modules")
    for package in CONFIGURATION["root_packages"]:
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for importer, imported in PLANTED:
        path = copy / (importer.replace(".", "/") + ".py")
        with path.open("a") as file:
            file.write(f"\nimport {imported}\n")
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    # A long line is broken where the report's width ends.
    return re.sub(r"\s+", " ", done.stdout)


@pytest.mark.parametrize("planted", PLANTED, ids=" -> ".join)
def test_a_planted_violation_is_caught(report: str, planted: tuple[str, str]) -> None:
    importer, imported = planted
    assert f"{importer} -> {imported} (l." in report


def test_every_rule_has_been_broken(report: str) -> None:
    names = [each["name"] for each in CONFIGURATION["contracts"]]
    kept = [
        n for n in names if re.search(re.escape(n) + r"( \(\d+ ignored imports?\))? KEPT", report)
    ]
    assert kept == []


def test_the_rules_know_every_aggregate() -> None:
    (rule,) = (
        each for each in CONFIGURATION["contracts"] if each["name"].startswith("No aggregate")
    )
    folders = {
        ".".join(path.relative_to(ROOT).parts)
        for path in (ROOT / "services").glob("*/*")
        if (path / "views.py").exists() or (path / "decisions.py").exists()
    }
    assert set(rule["modules"]) == folders
