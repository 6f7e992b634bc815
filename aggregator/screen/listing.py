"""The list of sources, and edits of it, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import rich.prompt

from aggregator import catalogue
from aggregator.preview import discovery
from aggregator.screen import terminal
from aggregator.screen.terminal import safe

_LINE = 160  # characters shown of a title or an address


def sources(found: Sequence[Mapping[str, Any]]) -> None:
    """Each source on a line, with what is said of it below."""
    console = terminal.console()
    for one in found:
        topics = f"  [cyan]{safe(', '.join(one['categories']), _LINE)}[/]" if one["categories"] else ""
        console.print(f"[bold]{safe(one['source'], _LINE)}[/]{topics}", soft_wrap=True)
        said = [f"{name}: {value}" for name, value in one["settings"].items()]
        said += [terminal.count(one["rules"], "rule")] if one["rules"] else []
        said += [] if one["outputs"] else ["in no output"]
        console.print(f"   [blue]{safe(one['url'], _LINE)}[/]{'  ' + safe(', '.join(said), _LINE) if said else ''}", soft_wrap=True)
    console.print(terminal.count(len(found), "source"), style="dim")


def chosen(found: Sequence[discovery.Found], pick: int | None, *, quiet: bool) -> discovery.Found | None:
    """Which feed is meant: the only one, the one that was picked, or the one that the user names when asked."""
    good = [one for one in found if not one.error]
    if pick is not None:
        return found[pick - 1] if pick <= len(found) and not found[pick - 1].error else None
    if not quiet:
        _shown(found)
    if len(good) == 1:
        return good[0]
    if not good or quiet or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    numbers = [str(place) for place, one in enumerate(found, 1) if not one.error]
    return found[int(rich.prompt.Prompt.ask("Which one", choices=numbers, console=terminal.console())) - 1]


def _shown(found: Sequence[discovery.Found]) -> None:
    console = terminal.console()
    for place, one in enumerate(found, 1):
        number = f"{place}  " if len(found) > 1 else ""
        console.print(f"{number}[bold]{safe(one.title, _LINE)}[/]  [blue]{safe(one.url, _LINE)}[/]", soft_wrap=True)
        if one.error:
            console.print(f"   [yellow]{safe(one.error)}[/]", soft_wrap=True)
        elif one.entries:
            newest = f", the newest of {one.newest:%Y-%m-%d %H:%M} UTC" if one.newest else ""
            console.print(f"   {terminal.count(one.entries, 'entry', 'entries')}{newest}", soft_wrap=True)
        for title in one.sample:
            console.print(f"   · {safe(title, _LINE)}", soft_wrap=True)


def described(one: discovery.Found) -> dict[str, Any]:
    """A feed that was found, as JSON has it."""
    return {
        "url": one.url,
        "title": one.title,
        "entries": one.entries,
        "newest": one.newest,
        "sample": list(one.sample),
        "error": one.error or None,
    }


def edited(done: catalogue.Edit) -> None:
    """The lines that differ, and what did not need to or could not be done."""
    console = terminal.console()
    for number, line in done.lines:
        style = "green" if line.startswith("+") else "red"
        console.print(f"{done.file}:{number}  [{style}]{safe(line)}[/]", soft_wrap=True)
    for url in done.there:
        console.print(f"[dim]there already: {safe(url, _LINE)}[/]", soft_wrap=True)
    for url, why in done.refused:
        console.print(f"[yellow]left out: {safe(url, _LINE)}: {safe(why)}[/]", soft_wrap=True)
    if not done.written:
        console.print("Nothing was written." if done.lines else "Nothing to do.", style="dim")


def edit_described(done: catalogue.Edit) -> dict[str, Any]:
    """An edit as JSON has it."""
    return {
        "file": done.file,
        "written": done.written,
        "sources": list(done.sources),
        "lines": [{"line": number, "change": line} for number, line in done.lines],
        "there": list(done.there),
        "refused": [{"url": url, "why": why} for url, why in done.refused],
    }
