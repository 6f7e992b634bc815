"""What rules did, and what another feeds.yaml would do, on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregator import difference, rulebook
from aggregator.core import curate, model
from aggregator.screen import terminal
from aggregator.screen.terminal import safe

_LINE = 200  # characters shown of a title
_LISTED = 15  # entries that are listed of each kind


def rules(book: rulebook.Rulebook) -> None:
    """Each rule with what it did, and a few entries for example."""
    console = terminal.console()
    of = terminal.count(book.entries, "entry", "entries")
    console.print(f"{of} of the last {terminal.count(book.days, 'day')}", soft_wrap=True)
    if not book.hits:
        console.print("feeds.yaml has no rules; docs/curating.md shows some", style="dim")
    for hits in book.hits:
        for line in _rule(hits, book.days):
            console.print(line, soft_wrap=True)


def _rule(hits: rulebook.Hits, days: int) -> Iterator[str]:
    rule = hits.rule
    where = f"  [dim]{safe(rule.at)}[/]" if rule.at else ""
    yield f"\n[bold]{safe(curate.rule_said(rule))}[/]"
    yield f"   {safe(rule.whose) if rule.at else safe(f'in the output {rule.of}')}{where}"
    if rule.because:
        yield f"   [dim]{safe(rule.because)}[/]"
    said = rulebook.state(hits, days)
    if said:
        yield f"   [yellow]{safe(said)}[/]"
    if last := hits.last():
        count = terminal.count(len(hits.entries), "hit")
        yield f"   [green]{count}[/], {_daily(len(hits.entries) / days)}; the last one {last:%Y-%m-%d %H:%M} UTC"
    for stored in rulebook.sample(hits.entries):
        yield f"   · {_title(stored.source_name, stored.entry)}"


def _daily(number: float) -> str:
    return f"{number:.1f} a day" if number >= 1 or not number else f"{number:.2g} a day"


def compared(found: difference.Comparison) -> None:
    """For each output what it would gain, lose and change."""
    console = terminal.console()
    for one in found.outputs:
        for line in _output(one):
            console.print(line, soft_wrap=True)
    for note in found.notes:
        console.print(f"[yellow]{safe(note)}[/]", soft_wrap=True)
    if not found.differs:
        console.print("No output would look otherwise.")


def _output(one: difference.Difference) -> Iterator[str]:
    state = {"same": "as it is", "new": "new", "gone": "gone", "changed": "changed"}[one.state]
    volume = " → ".join(dict.fromkeys((_daily(one.volume.before), _daily(one.volume.after))))
    yield f"[bold]{one.output}[/]  {state}, {one.before} → {terminal.count(one.after, 'entry', 'entries')}, {volume}"
    yield from _listed(one.gained, "[green]+[/]")
    yield from _listed(one.lost, "[red]−[/]")
    yield from _more([f"[cyan]~[/] {_of(change.entry)}  [dim]{', '.join(change.fields)}[/]" for change in one.changed])
    if one.reordered:
        yield "   [cyan]~[/] their order"


def _listed(entries: Iterable[model.Entry], mark: str) -> Iterator[str]:
    yield from _more([f"{mark} {_of(entry)}" for entry in entries])


def _more(lines: list[str]) -> Iterator[str]:
    yield from (f"   {line}" for line in lines[:_LISTED])
    if len(lines) > _LISTED:
        yield f"   [dim]… {len(lines) - _LISTED:,} more[/]"


def _of(entry: model.Entry) -> str:
    return _title(entry.origin.title if entry.origin else "", entry)


def _title(source: str, entry: model.Entry) -> str:
    return f"{safe(source, _LINE)}: {safe(entry.title, _LINE) or 'without a title'} · {terminal.brief(entry.id)}"
