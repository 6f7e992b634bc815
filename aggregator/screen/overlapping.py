"""The overlap of sources on a terminal."""

from __future__ import annotations

import pathlib

import rich.table

from aggregator.overlap import report
from aggregator.screen import terminal
from aggregator.screen.terminal import safe

_NAME = 32  # characters shown of a source's name,
_SHORT = 14  # in a narrow terminal at least these,
_FIGURES = 50  # when columns of the figures are taken off
_PAIRS = 20
_RIGHT = ("Entries", "Own", "First", "After", "Share")


def overlap(found: report.Report, sheet: pathlib.Path | None = None) -> None:
    """A table of the sources, who comes after whom, and who brings nothing of its own; where the sheet is."""
    console = terminal.console()
    days = terminal.count(found.days, "day")
    console.print(
        f"Entries of {days}, since {found.since:%Y-%m-%d %H:%M} UTC; who was first goes by when we saw them first", soft_wrap=True
    )
    console.print()
    console.print(_sources(found, max(_SHORT, min(_NAME, (console.width - _FIGURES) // 2))))
    console.print()
    for pair in found.pairs[:_PAIRS]:
        times = terminal.count(pair.count, "article")
        late = report.later(pair.median)
        console.print(f"{_name(pair.copier)} after {_name(pair.copied)}: {times}, mostly {late}", soft_wrap=True)
    if len(found.pairs) > _PAIRS:
        console.print(f"… {len(found.pairs) - _PAIRS:,} more pairs", style="dim")
    for row in found.idle:
        console.print(f"[yellow]nothing of its own[/]  {_name(row.name)}: {safe(row.suggestion)}", soft_wrap=True)
    if sheet is not None:
        console.print(f"Written to {safe(str(sheet))}", soft_wrap=True)


def _sources(found: report.Report, name: int) -> rich.table.Table:
    table = rich.table.Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for heading in ("Source", *_RIGHT, "Delay", "Mostly with"):
        table.add_column(heading, justify="right" if heading in _RIGHT else "left")
    for row in found.rows:
        share = row.share
        with_whom = next((f"{safe(whom, name)} ({partner.shared})" for whom, partner in row.partners), "-")
        part = f"{row.part:.0%}" if share.entries else "-"
        figures = (share.entries, share.alone, share.first, share.copies)
        table.add_row(safe(row.name, name), *(f"{figure:,}" for figure in figures), part, _delay(share.median), with_whom)
    return table


def _delay(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return report.later(seconds).removesuffix(" later") if seconds >= 1 else "none"


def _name(name: str) -> str:
    return safe(name, _NAME)
