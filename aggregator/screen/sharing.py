"""How a cluster is, and what was moved, for people."""

from __future__ import annotations

import datetime
from typing import Any

import rich.table

from aggregator.core import health
from aggregator.screen import terminal


def clustered(report: dict[str, Any]) -> None:
    """A table of the programs, and what waits in a few lines."""
    console, now = terminal.console(), datetime.datetime.now(datetime.UTC)
    if not report["nodes"]:
        console.print("No program is at work: start `aggregator run` and as many `aggregator worker` as you like.")
    else:
        console.print(_nodes(report["nodes"], now))
    waiting = terminal.count(report["waiting"], "source")
    oldest = f", the oldest for {health.duration(now - report['oldest_due_at'])}" if report["oldest_due_at"] else ""
    console.print(f"{waiting} of {report['sources']} due and waiting{oldest}; {report['handed_out']} handed out.")
    console.print(
        f"{terminal.count(report['jobs_waiting'], 'batch', 'batches')} queued, {report['jobs_running']} under way; "
        f"{terminal.count(report['failing'], 'source')} failed the last time."
    )
    for node in report["nodes"]:
        if node["alive"] and not node["same_feeds_yaml"]:
            console.print(f"[yellow]other feeds.yaml[/]  {terminal.safe(node['name'])} reads another feeds.yaml than this one")
    if report["nodes"] and not any(node["alive"] and node["kind"] == "run" for node in report["nodes"]):
        console.print("[red]nobody hands out[/]  no `aggregator run` is at work, so nothing is polled or published")


def _nodes(nodes: list[dict[str, Any]], now: datetime.datetime) -> rich.table.Table:
    table = rich.table.Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Program", "Kind", "Version", "State", "Running", "Polls", "Failed"):
        table.add_column(heading, justify="right" if heading in ("Polls", "Failed") else "left")
    for node in nodes:
        table.add_row(
            terminal.safe(node["name"]),
            node["kind"],
            terminal.safe(node["version"]),
            "[green]ok[/]" if node["alive"] else f"[red]lost[/] {health.duration(now - node['seen_at'])} ago",
            health.duration(now - node["started_at"]),
            str(node["polls"]),
            str(node["failures"]),
        )
    return table


def moved(done: dict[str, Any]) -> None:
    """What was copied, and what to do next."""
    console = terminal.console()
    entries, sources = terminal.count(done["entries"], "entry", "entries"), terminal.count(done["sources"], "source")
    console.print(f"{entries} of {sources} copied to {terminal.safe(done['to'])}, {done['rows']} rows compared.", soft_wrap=True)
    console.print("Name it in feeds.yaml (settings.store) and start again; the old store is as it was.", soft_wrap=True)
