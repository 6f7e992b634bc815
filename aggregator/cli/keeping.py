"""The commands that copy the store and put copies back."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from aggregator.cli import options

Target = Annotated[pathlib.Path, typer.Argument(metavar="FILE", help="Where to; a new file.")]
Source = Annotated[pathlib.Path, typer.Argument(metavar="FILE", help="A copy that `backup` or the daemon made.")]


def backup(
    file: Target,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Copy the store to a file, whether or not a daemon is at work."""
    from aggregator import safekeeping, screen

    made = safekeeping.backup(config, data, file)
    if json:
        options.report(made)
    else:
        screen.copied(made)


def restore(
    file: Source,
    config: options.Config = options.FEEDS,
    data: options.Data = None,
    json: options.Json = False,  # noqa: FBT002
) -> None:
    """Put a copy in the place of the store, which is set aside, not deleted. Not while a daemon is at work."""
    from aggregator import safekeeping, screen

    put = safekeeping.restore(config, data, file)
    if json:
        options.report(put)
    else:
        screen.restored(put)
