"""The commands that show what rules do, and what others would do; no logic of their own."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from aggregator.cli import options

Days = Annotated[int, typer.Option("--days", help="How far to look back.", min=1, max=3650)]


def rules(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="Try this rule over what the outputs show: drop: {title: Sponsored}")
    ] = None,
    days: Days = 30,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """What each rule did in the last days, with examples; or what one that is not in feeds.yaml would do."""
    from aggregator import rulebook
    from aggregator.screen import curating

    book = rulebook.rulebook(config, data, days) if rule is None else rulebook.backtest(config, data, days, rule)
    options.legible("utf-8" if json else None)
    if json:
        options.report(rulebook.described(book))
    else:
        curating.rules(book)


def diff(
    other: Annotated[pathlib.Path, typer.Argument(metavar="OTHER.yaml", help="The configuration to compare with.")],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when an output would look otherwise.")] = False,  # noqa: FBT002
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """What each output would gain, lose or change under another configuration, over what is stored; nothing is changed."""
    from aggregator import difference
    from aggregator.screen import curating

    found = difference.compare(config, other, data)
    options.legible("utf-8" if json else None)
    if json:
        options.report(difference.described(found))
    else:
        curating.compared(found)
    raise typer.Exit(options.FAILED if exit_code and found.differs else options.OK)
