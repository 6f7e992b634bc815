"""What commands share: their common options, exit codes, and how a report leaves for a program."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Annotated, Any

import typer

Config = Annotated[pathlib.Path, typer.Option("--config", metavar="FILE", help="The configuration.")]
Data = Annotated[pathlib.Path | None, typer.Option("--data", metavar="DIR", help="Where the store lies, instead of settings.data.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout; the log goes to stderr.")]
Html = Annotated[pathlib.Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page to a file.")]

LogFormat = Annotated[str, typer.Option("--log", metavar="text|json", help="How log lines look.")]
LogLevel = Annotated[str, typer.Option("--level", metavar="debug|info|warning|error", help="Which log lines to show.")]

FEEDS = pathlib.Path("feeds.yaml")
OK, FAILED, USAGE = 0, 1, 2


def report(said: dict[str, Any]) -> None:
    """Print the one JSON object of a command."""
    print(json.dumps(said, ensure_ascii=False, default=str))


def legible(encoding: str | None) -> None:
    """Whatever strangers write can be printed, in this encoding or the terminal's own."""
    sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr]


def logging(style: str, level: str) -> None:
    """Have the log look so, from this level on. Raises BadParameter."""
    from aggregator import logs

    if style not in ("text", "json"):
        raise typer.BadParameter(f"{style!r} is neither text nor json", param_hint="--log")
    if level not in ("debug", "info", "warning", "error"):
        raise typer.BadParameter(f"{level!r} is none of debug, info, warning, error", param_hint="--level")
    logs.configure("json" if style == "json" else "text", level)
