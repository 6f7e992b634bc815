"""What was taken down, on a terminal."""

from __future__ import annotations

from typing import Any

from aggregator.screen import terminal
from aggregator.screen.terminal import safe

_LINE = 300  # characters shown of a title or an address


def done(report: dict[str, Any]) -> None:
    """What goes, and what it will be known by."""
    console = terminal.console()
    if report["ids"]:
        count = terminal.count(len(report["ids"]), "entry", "entries")
        console.print(f"taken down: {safe(report['title'], _LINE) or 'without a title'} ({count})", soft_wrap=True)
    else:
        console.print("nobody has brought it yet; it is kept out when it comes", soft_wrap=True)
    for link in report["links"]:
        console.print(f"   [blue]{safe(link, _LINE)}[/]", soft_wrap=True)


def undone(report: dict[str, Any]) -> None:
    """What may come back."""
    console = terminal.console()
    for article in report["put_back"]:
        console.print(f"may be published again: {safe(article, _LINE)}", soft_wrap=True)


def listed(report: dict[str, Any]) -> None:
    """Each article with when and why."""
    console = terminal.console()
    for one in report["takedowns"]:
        because = f"  {safe(one['because'], _LINE)}" if one["because"] else ""
        console.print(
            f"{one['at']:%Y-%m-%d %H:%M} UTC  [bold]{safe(one['title'] or one['article'], _LINE)}[/]{because}", soft_wrap=True
        )
        console.print(f"   [dim]{safe(one['article'], _LINE)}[/]", soft_wrap=True)
    if not report["takedowns"]:
        console.print("Nothing was taken down.")
