"""The review list and verdicts on a terminal."""

from __future__ import annotations

import datetime
from typing import Any

from aggregator.screen import terminal
from aggregator.screen.terminal import safe

_STYLES = {"doubtful": "yellow", "probable": "cyan", "same": "green", "different": "magenta"}
_LINE = 300  # characters shown of a title or an address


def pairs(report: dict[str, Any]) -> None:
    """Each pair with what it has in common, both its entries, and what to type to decide."""
    console = terminal.console()
    for number, pair in enumerate(report["pairs"], 1):
        confidence = pair["confidence"]
        console.print(f"[bold]{number}[/]  [{_STYLES[confidence]}]{confidence}[/]  {safe(pair['said'])}", soft_wrap=True)
        for side in ("entry", "other"):
            for line in _entry(pair[side]):
                console.print(f"   {line}", soft_wrap=True)
        two = " ".join(terminal.brief(pair[side]["id"]) for side in ("entry", "other"))
        console.print(f"   [dim]aggregator duplicates same {two}   or   different {two}[/]", soft_wrap=True)
        console.print()
    if not report["pairs"]:
        console.print("No pair waits for a verdict.")
    elif report["more"]:
        console.print("There are more; --limit shows them.", style="dim")


def _entry(entry: dict[str, Any]) -> tuple[str, str]:
    if entry["first_seen"] is None:
        return f"[bold]{safe(entry['id'])}[/]", "is not in the store any more"
    seen = datetime.datetime.fromisoformat(entry["first_seen"])
    about = f"{safe(entry['source'], _LINE)} · {seen:%Y-%m-%d %H:%M} · {terminal.brief(entry['id'])}"
    link = f" · [blue]{safe(entry['link'], _LINE)}[/]" if entry["link"] else ""
    return f"[bold]{_title(entry)}[/]", about + link


def _title(entry: dict[str, Any]) -> str:
    return safe(entry["title"], _LINE) or "without a title"


def decided(report: dict[str, Any]) -> None:
    """What was decided, about what, and what follows."""
    console = terminal.console()
    verdict = report["verdict"]
    console.print(f"[{_STYLES[verdict]}]{verdict}[/]" if verdict else "[green]forgotten[/]")
    for side in ("one", "other"):
        for line in _entry(report[side]):
            console.print(f"   {line}", soft_wrap=True)
    now = "They are one article" if report["merged"] else "They are two articles"
    against = verdict is not None and report["merged"] != (verdict == "same")
    because = " all the same, by another verdict; `aggregator duplicates verdicts` lists them" if against else ""
    console.print(f"{now}{because}. A running daemon publishes it so at its next tick.", soft_wrap=True)


def verdicts(report: dict[str, Any]) -> None:
    """Each verdict with its entries, by whom and when."""
    console = terminal.console()
    for verdict in report["verdicts"]:
        when = f" · {verdict['at'][:16].replace('T', ' ')} UTC" if verdict["at"] else ""
        console.print(f"[{_STYLES[verdict['verdict']]}]{verdict['verdict']}[/] · by {verdict['origin']}{when}", soft_wrap=True)
        for side in ("one", "other"):
            for line in _named(verdict[side]):
                console.print(f"   {line}", soft_wrap=True)
        console.print()
    if not report["verdicts"]:
        console.print("Nothing was decided yet; `aggregator duplicates` lists what waits for a verdict.")


def _named(side: dict[str, Any]) -> list[str]:
    if not side["entries"]:
        return [f"{safe(side['name'], _LINE)} [dim](no entry in the store is called so)[/]"]
    return [line for entry in side["entries"] for line in _entry(entry)]
