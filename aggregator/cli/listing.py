"""The commands that show and edit the list of sources; no logic of their own."""

from __future__ import annotations

import asyncio
import pathlib
from typing import Annotated, Any

import typer

from aggregator.cli import options

Dry = Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")]
Categories = Annotated[list[str] | None, typer.Option("--category", metavar="WORD", help="A category for it; may be given again.")]


def sources(
    category: Annotated[str | None, typer.Option("--category", metavar="WORD", help="Only those of this category.")] = None,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """The sources of feeds.yaml, with their categories, settings and outputs."""
    from aggregator import catalogue
    from aggregator.screen import listing

    found = catalogue.sources(config, data, category)
    options.legible("utf-8" if json else None)
    if json:
        options.report({"sources": found})
    else:
        listing.sources(found)


def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed, or a page that announces one.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="What to call it; default the title it gives itself.")
    ] = None,
    category: Categories = None,
    pick: Annotated[
        int | None, typer.Option("--pick", metavar="NUMBER", help="Which feed of a page that announces several, from 1.", min=1)
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Add the address as it is, without looking at it.")] = False,  # noqa: FBT002
    dry_run: Dry = False,  # noqa: FBT002
    config: options.Config = options.FEEDS,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Add a source to feeds.yaml: finds the feeds of a page, shows what they bring, asks which. Comments stay."""
    from aggregator import catalogue, screen
    from aggregator.preview import discovery
    from aggregator.screen import listing

    options.legible("utf-8" if json else None)
    found: tuple[discovery.Found, ...] = (discovery.Found(url),)
    if not offline:
        with screen.waiting(url, shown=not json):
            found = asyncio.run(discovery.discover(discovery.terms(config), url))
    chosen = listing.chosen(found, pick, quiet=json or offline)
    if chosen is None:
        said = "several feeds were found; choose one with --pick" if len(found) > 1 else f"no feed: {found[0].error}"
        if json:
            options.report({"error": said, "found": [listing.described(one) for one in found]})
        typer.echo(said, err=True)
        raise typer.Exit(options.FAILED)
    item: dict[str, Any] = {"url": chosen.url} | ({"name": name} if name else {}) | ({"categories": category} if category else {})
    _edited(catalogue.add(config, [item], dry=dry_run), json=json, besides={"found": listing.described(chosen)})


def remove(
    names: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Which ones: by name, title or address.")],
    dry_run: Dry = False,  # noqa: FBT002
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Take sources out of feeds.yaml. Their entries leave the outputs; put back, they return under the same ids."""
    from aggregator import catalogue

    _edited(catalogue.remove(config, data, names, dry=dry_run), json=json, besides={})


def import_opml(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An OPML list; - reads it from stdin.")],
    category: Categories = None,
    dry_run: Dry = False,  # noqa: FBT002
    config: options.Config = options.FEEDS,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Add the feeds of another reader's list to feeds.yaml, its folders as categories; those that are there stay as they are."""
    from aggregator import catalogue
    from aggregator.core import limits

    items = catalogue.listed(catalogue.opml_file(file, limits.Limits().body), category or ())
    _edited(catalogue.add(config, items, dry=dry_run), json=json, besides={})


def export_opml(
    file: Annotated[pathlib.Path | None, typer.Argument(metavar="FILE", help="Where to; default stdout.")] = None,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
) -> None:
    """Write the sources as OPML, which any reader takes; passwords, keys, headers and rules stay at home."""
    from aggregator import catalogue

    written = catalogue.export(config, data)
    if file is None:
        typer.echo(written.decode(), nl=False)
    else:
        typer.echo(f"Written to {catalogue.save(written, file)}")


def _edited(done: Any, *, json: bool, besides: dict[str, Any]) -> None:
    from aggregator.screen import listing

    options.legible("utf-8" if json else None)
    if json:
        options.report(listing.edit_described(done) | besides)
    else:
        listing.edited(done)
    raise typer.Exit(options.FAILED if done.refused else options.OK)
