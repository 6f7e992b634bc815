"""The commands that ask the store, and the one that decides about duplicates; no logic of their own."""

from __future__ import annotations

from typing import Annotated

import typer

from aggregator.cli import options

_DECIDING = ("same", "different", "forget")


def status(config: options.Config = options.FEEDS, data: options.Data = None, json: options.Json = False) -> None:  # noqa: FBT002
    """How each source is doing: health, last success, next due, and what is held back."""
    from aggregator import passes, screen

    report = passes.status(config, data)
    if json:
        options.report(report)
    else:
        screen.status(report)


def learned(
    source: Annotated[str | None, typer.Argument(metavar="SOURCE", help="Only this one: its name, title or address.")] = None,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """What sources were learned to repeat in their articles; cleaning takes it out."""
    from aggregator import passes, screen

    report = passes.learned(config, data, source)
    if json:
        options.report(report)
    else:
        screen.learned(report)


def duplicates(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[same A B|different A B|forget A B|verdicts]",
            help="Decide about two entries, named by id or link; take a decision back; or list what was decided.",
        ),
    ] = None,
    probable: Annotated[bool, typer.Option("--probable", help="Also pairs that are linked as the same story.")] = False,  # noqa: FBT002
    limit: Annotated[int, typer.Option("--limit", help="How many pairs to show, the newest.", min=1)] = 20,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Pairs of entries that may be one article and wait for your verdict; or give one. A running daemon obeys at its next tick."""
    from aggregator import review
    from aggregator.screen import reviewing

    verb, *names = words or [""]
    _spelt(verb, names)
    if verb in _DECIDING:
        one, other = names
        report = review.forget(config, data, one, other) if verb == "forget" else None
        report = report or review.decide(config, data, one, other, same=verb == "same")
        show = reviewing.decided
    elif verb == "verdicts":
        report, show = review.decided(config, data), reviewing.verdicts
    else:
        report, show = review.listed(config, data, probable=probable, limit=limit), reviewing.pairs
    options.legible("utf-8" if json else None)
    (options.report if json else show)(report)


def _spelt(verb: str, names: list[str]) -> None:
    if verb not in ("", "verdicts", *_DECIDING):
        raise typer.BadParameter(f"{verb!r} is none of {', '.join((*_DECIDING, 'verdicts'))}", param_hint="duplicates")
    if verb in _DECIDING and len(names) != 2:
        raise typer.BadParameter(f"{verb} takes two entries, each named by its id or its link", param_hint="duplicates")
    if verb not in _DECIDING and names:
        raise typer.BadParameter("verdicts takes no entries; it lists what was decided", param_hint="duplicates")


def overlap(
    days: Annotated[int, typer.Option("--days", help="How far to look back.", min=1, max=3650)] = 30,
    html: options.Html = None,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Which sources bring nothing new: who is first, and who comes after whom with the same articles."""
    from aggregator.overlap import report, sheet
    from aggregator.screen import overlapping

    found = report.report(config, data, days)
    written = sheet.write(found, html) if html else None
    options.legible("utf-8" if json else None)
    if json:
        options.report(report.described(found) | ({"html": str(written)} if written else {}))
    else:
        overlapping.overlap(found, written)


def explain(
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Its id, the beginning of it, or a link.")],
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """What was done to an entry and why: what was removed, what it duplicates, and where it is published or what left it out."""
    from aggregator.explain import desk, report
    from aggregator.screen import explaining

    answer = desk.explain(config, data, entry)
    options.legible("utf-8" if json else None)
    if json:
        options.report(report.described(answer.asked, answer.explanations, answer.candidates))
    else:
        explaining.explained(answer)
    raise typer.Exit(options.FAILED if answer.candidates else options.OK)
