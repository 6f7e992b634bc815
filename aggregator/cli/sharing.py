"""The commands for programs on several machines: workers, how a cluster is, and the way from one store to another."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from aggregator.cli import options

cluster = typer.Typer(name="cluster", help="Programs on several machines that share a store.", no_args_is_help=True)
store = typer.Typer(name="store", help="The store as a whole.", no_args_is_help=True)

From = Annotated[str, typer.Argument(metavar="FROM", help="A data directory, or the address of a database: postgresql://…")]
To = Annotated[str, typer.Argument(metavar="TO", help="Another one, with no store in it yet.")]


def worker(
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    log: options.LogFormat = "text",
    level: options.LogLevel = "info",
) -> None:
    """Poll what a cluster hands out, until stopped; as many as you like, on any host. Needs a store of PostgreSQL."""
    options.logging(log, level)
    from aggregator.cluster import worker

    asyncio.run(worker.Worker(config, data).run())


@cluster.command()
def status(
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Who is at work, what waits, since when the oldest does, and what fails."""
    from aggregator.cluster import report
    from aggregator.screen import sharing

    found = report.report(config, data)
    if json:
        options.report(found)
    else:
        sharing.clustered(found)


@store.command()
def copy(
    origin: From,
    goal: To,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Copy a store into an empty one, of whichever engine, and compare them row for row. Not while a program is at work on it."""
    from aggregator import moving
    from aggregator.screen import sharing

    done = moving.copy(origin, goal)
    if json:
        options.report(done)
    else:
        sharing.moved(done)
