"""The command that takes articles down; no logic of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from aggregator.cli import options


def takedown(
    entry: Annotated[
        str | None,
        typer.Argument(metavar="[ENTRY|LINK]", help="Its id, the beginning of it, or a link; without it, lists what was."),
    ] = None,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; Atom feeds carry it.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Let it be published again.")] = False,  # noqa: FBT002
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Take an article down for good: it and its copies leave every output and never return. A daemon obeys at its next tick."""
    from aggregator import takedown as removal
    from aggregator.screen import taking

    if entry is None and (undo or because):
        raise typer.BadParameter("name the article that is meant, by its id or its link", param_hint="takedown")
    options.legible("utf-8" if json else None)
    if entry is None:
        report, show = removal.listed(config, data), taking.listed
    elif undo:
        report, show = removal.undo(config, data, entry), taking.undone
    else:
        report, show = removal.take_down(config, data, entry, because), taking.done
    (options.report if json else show)(report)
