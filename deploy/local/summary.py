"""What the year came to, and whether all of it holds."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from audit.verify import Findings
from contracts.appraisal import Predicate
from contracts.catalogue import SERVICES
from deploy.local import CannotStart
from deploy.local.stack import Stack
from deploy.local.verification import verify
from ministry.client import Client

AUDITOR = {"actor": "demonstration-auditor", "roles": "auditor"}
SETTLED = 60.0
"""Seconds for every relay and view to catch up."""

UNIT_WIDTH = 28
"""Of a line of 80 columns, what five figures leave to a unit's name."""


@dataclass(frozen=True)
class Summary:
    statuses: dict[str, Any]
    skps: dict[str, int]
    predicates: dict[str, dict[str, int]]
    units: dict[str, str]
    reports: list[dict[str, Any]]
    findings: Findings

    @property
    def faults(self) -> list[str]:
        """Everything that does not hold; empty if the year is whole."""
        found = list(self.findings.faults)
        for service, status in self.statuses.items():
            if status["relayed"] != status["position"]:
                found.append(f"{service}: {status['position']} events, {status['relayed']} relayed")
            if (counted := sum(status["events"].values())) != status["position"]:
                found.append(f"{service}: {status['position']} events, {counted} counted")
            found += [
                f"{service}: {row['subscription']}: {row['error']}" for row in status["stopped"]
            ]
            for name, figures in status["subscriptions"].items():
                if figures["lag"] is None:
                    found.append(
                        f"{service}: {name} may be behind: a log's head could not be asked"
                    )
                elif figures["lag"]:
                    found.append(f"{service}: {name} is {figures['lag']} behind")
            for name, reasons in status["trouble"].items():
                found += [f"{service}: {name}: {why}" for why in reasons]
        appraised = sum(sum(counts.values()) for counts in self.predicates.values())
        agreed = self.skps.get("approved", 0) + self.skps.get("closed", 0)
        if appraised != agreed:
            found.append(f"{agreed} SKPs approved, {appraised} appraised")
        reported = sum(sum(report["predicates"].values()) for report in self.reports)
        if reported != appraised:
            found.append(f"{appraised} appraised, {reported} in evaluation's reports")
        return found

    def show(self, to: Console) -> None:
        """Print it, for a terminal of 80 columns too."""
        _show_events(self, to)
        _show_predicates(self, to)
        counts = Counter({t: n for s in self.statuses.values() for t, n in s["events"].items()})
        to.print("SKPs: " + ", ".join(f"{n:,} {state}" for state, n in self.skps.items()))
        to.print(
            f"  {counts['SKPReturned']:,} times returned, {counts['SKPAmendmentDrafted']:,} amended,"
            f" {counts['SKPClosed']:,} replaced on a transfer,\n"
            f"  {counts['AppraiserChanged']:,} times another appraiser: an acting official's time"
        )
        to.print(
            f"Alignment: {counts['AgreementSet']:,} plans and agreements,"
            f" {counts['AgreementAmended']:,} amended; matrices filled {counts['CellsPut']:,} times"
        )
        to.print(
            f"Rewards: {counts['CreditPointsAwarded']:,} credit-point awards, "
            f"{counts['RecognitionProposed']:,} commendations proposed,\n"
            f"         {counts['ImprovementPlanOpened']:,} improvement plans, "
            f"{counts['AllowanceDetermined']:,} allowances determined"
        )
        to.print(f"Sanctions issued: {counts['SanctionIssued']:,}")
        codes = Counter(f["code"] for report in self.reports for f in report["findings"])
        told = [f"{code} in {n:,} unit{'s' * (n > 1)}" for code, n in codes.most_common()] or [
            "none"
        ]
        to.print("\n  ".join([f"Findings of {len(self.reports):,} unit reports:", *told]))
        to.print(
            f"Improvement actions for the next planning: {counts['ImprovementActionProposed']:,}"
        )
        _show_latency(self, to)
        checked = f"{self.findings.events:,} events, {self.findings.views} views"
        if self.faults:
            to.print(f"[red]Does not hold ({checked}):[/red]")
            for fault in self.faults:
                to.print(f"  [red]{escape(fault)}[/red]", soft_wrap=True)
        else:
            to.print(
                f"[green]Every hash chain verifies and every view equals a replay:\n{checked}.[/green]"
            )


async def summarize(
    stack: Stack, client: Client, cycle: str, tell: Callable[[int], None]
) -> Summary:
    """Wait until everything has caught up, then read and verify; `tell` hears of how many services
    have been."""
    statuses = await _settled(stack)
    skps = await client.query("planning", "/skp-states", **AUDITOR)
    predicates = await client.query("appraisal", f"/cycles/{cycle}/predicates", **AUDITOR)
    units = {u["unit"]: u["name"] for u in await client.query("planning", "/units", **AUDITOR)}
    reports = await client.query("evaluation", f"/cycles/{cycle}/reports", **AUDITOR)
    findings = await verify(stack, tell)
    return Summary(statuses, skps, predicates, units, reports, findings)


async def _settled(stack: Stack) -> dict[str, Any]:
    now = datetime.now(UTC)
    deadline = asyncio.get_running_loop().time() + SETTLED
    async with aiohttp.ClientSession() as http:
        while True:
            statuses = {}
            for service in SERVICES:
                async with http.get(f"{stack.url(service)}/status") as answer:
                    if answer.status == 200:
                        statuses[service] = await answer.json()
            away = set(SERVICES) - set(statuses)
            behind = away or any(
                datetime.fromisoformat(status["at"]) < now
                or status["relayed"] != status["position"]
                or sum(status["events"].values()) != status["position"]
                or status["trouble"]
                or any(each["lag"] != 0 for each in status["subscriptions"].values())
                for status in statuses.values()
            )
            if not behind or asyncio.get_running_loop().time() > deadline:
                if away:
                    raise CannotStart(
                        f"no status of {', '.join(away)}: see {stack.folder / 'log'}."
                    )
                return statuses
            await asyncio.sleep(0.2)


def _show_events(summary: Summary, to: Console) -> None:
    table = Table("Service", "Event", "Count", title="Events", title_justify="left")
    table.columns[2].justify = "right"
    for service, status in summary.statuses.items():
        for n, (type_, count) in enumerate(status["events"].items()):
            table.add_row(service if n == 0 else "", type_, f"{count:,}")
        table.add_row(
            "", "[bold]all[/bold]", f"[bold]{status['position']:,}[/bold]", end_section=True
        )
    to.print(table)


def _show_predicates(summary: Summary, to: Console, most: int = 15) -> None:
    order = [predicate.value for predicate in Predicate]
    headings = [predicate.replace(" ", "\n") for predicate in order]
    table = Table("Unit", *headings, title="Predicates by unit", title_justify="left")
    table.columns[0].no_wrap = True
    ranked = sorted(summary.predicates.items(), key=lambda item: -sum(item[1].values()))
    for unit, counts in ranked[:most]:
        table.add_row(
            escape(summary.units.get(unit, unit)), *(str(counts.get(p, "")) for p in order)
        )
    rest = ranked[most:]
    if rest:
        totals = [sum(counts.get(p, 0) for _, counts in rest) for p in order]
        table.add_row(f"{len(rest)} other units", *map(str, totals), end_section=True)
    whole = [sum(counts.get(p, 0) for counts in summary.predicates.values()) for p in order]
    table.add_row("[bold]all[/bold]", *(f"[bold]{n}[/bold]" for n in whole))
    # A long name gives way, and no figure does.
    table.columns[0].overflow, table.columns[0].max_width = "ellipsis", UNIT_WIDTH
    for column in table.columns[1:]:
        column.justify, column.no_wrap, column.min_width = "right", True, 6
    to.print(table)


def _show_latency(summary: Summary, to: Console) -> None:
    """From recorded in the source's log to applied in a foreign view, while the year was lived."""
    foreign = [
        (name, figures["latency"])
        for service, status in summary.statuses.items()
        for name, figures in status["subscriptions"].items()
        if name.endswith(("_standing", "_approved_skp", "_cycle", "_followup"))
        and service != "planning"
        and "p50" in figures["latency"]
    ]
    if not foreign:
        to.print("End-to-end latency: nothing has happened since this start")
        return
    p50 = sorted(latency["p50"] for _, latency in foreign)[len(foreign) // 2]
    worst, latency = max(foreign, key=lambda item: item[1]["p99"])
    to.print(
        "End-to-end latency, event to another service's view:\n"
        f"  median p50 {p50 * 1000:.0f} ms, worst p99 {latency['p99'] * 1000:.0f} ms ({worst})"
    )
