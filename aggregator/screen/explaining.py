"""The explanation of an entry on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import rich.table

from aggregator.core import model
from aggregator.edges import store
from aggregator.explain import desk, report
from aggregator.screen import terminal
from aggregator.screen.terminal import safe

_LINE = 300  # characters shown of a title or an address
_LONGEST = 1_200  # of a block
_MOST = 20  # copies, removed blocks
_STORY = 8  # other entries of a story, the newest
_Row = tuple[str, str]


def explained(answer: desk.Answer) -> None:
    """All that is known of each entry; or those to choose from."""
    console = terminal.console()
    if answer.candidates:
        number = terminal.count(len(answer.candidates), "entry is", "entries are")
        console.print(f"{number} called so; name one by its id:")
        for named in answer.candidates:
            console.print(f"   {terminal.brief(named.id)}  {safe(named.source, _LINE)}: {_title(named.title)}", soft_wrap=True)
    for place, of in enumerate(answer.explanations):
        if place:
            console.print()
        console.print(f"[bold]{_title(of.account.title)}[/]", soft_wrap=True)
        table = rich.table.Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for row in rows(of):
            table.add_row(*row)
        console.print(table)


def rows(of: report.Explanation) -> Iterator[_Row]:
    """What is known of an entry, each with what it is about; what goes on has no heading."""
    account = of.account
    yield "id", safe(account.id)
    yield from _list("links", [f"[blue]{safe(link, _LINE)}[/]" for link in report.links(account)])
    yield "source", f"{safe(account.source_name, _LINE)} · {safe(account.source_url, _LINE)}"
    yield "first seen", report.moment(account.first_seen)
    if account.published:
        yield "published", report.moment(account.published)
    if account.updated:
        yield "updated", report.moment(account.updated)
    if account.left_at:
        yield "left source", report.moment(account.left_at)
    yield "text", ", ".join(_text(account))
    yield from _list("removed", [*_removed(account)], "nothing")
    yield from _list("corrected", [_correction(one) for one in of.corrections])
    yield from _copies(of)
    yield from _list("same story", [_other(other) for other in of.story[-_STORY:]])
    if len(of.story) > _STORY:
        yield "", f"[dim]… {len(of.story) - _STORY:,} more, older ones[/]"
    if of.held:
        yield "held back", f"[yellow]{safe(of.held)}[/]"
    yield from _list("outputs", [line for outlet in of.outlets for line in _outlet(of, outlet)])


def _list(heading: str, lines: Iterable[str], none: str = "") -> Iterator[_Row]:
    """Lines under one heading."""
    for place, line in enumerate(list(lines) or ([none] if none else [])):
        yield "" if place else heading, line


def _title(title: str) -> str:
    return safe(title, _LINE) or "without a title"


def _text(account: store.Account) -> Iterator[str]:
    yield terminal.count(account.words, "word")
    if account.from_page:
        yield "from its page"
    if account.page_at:
        yield f"its page is asked for at {report.moment(account.page_at)}"


def _removed(account: store.Account) -> Iterator[str]:
    for gone in account.removed[:_MOST]:
        by = ": ".join(dict.fromkeys((gone.rule, gone.kind)))
        yield f"[red]−[/] {safe(gone.text, _LONGEST)}  [cyan]{safe(by)}[/]"
    if len(account.removed) > _MOST:
        yield f"[dim]… {len(account.removed) - _MOST:,} more blocks[/]"


def _correction(one: model.Correction) -> str:
    at = f"{report.moment(one.at)}  " if one.at else ""
    return f"{at}{one.kind}: [red]{safe(one.before, _LINE)}[/] → [green]{safe(one.after, _LINE)}[/]"


def _copies(of: report.Explanation) -> Iterator[_Row]:
    account = of.account
    if account.head or of.duplicate:
        whose = next((copy for copy in of.copies if copy.id == account.head), None)
        of_what = [f"of {_other(whose)}" if whose else "of an entry that is gone"] if account.head else []
        yield from _list("duplicate", [*of_what, safe(of.duplicate)])
    for decision in of.decisions:
        word = "the same as" if decision.same else "different from"
        other = decision.other if account.id == decision.one or account.link == decision.one else decision.one
        yield "verdict", f"{word} {safe(other, _LINE)}, by {decision.origin}"
    if len(of.copies) > 1:
        yield from _list("copies", [_copy(of, copy) for copy in of.copies[:_MOST]])
        if len(of.copies) > _MOST:
            yield "", f"[dim]… {len(of.copies) - _MOST:,} more[/]"


def _copy(of: report.Explanation, copy: store.Account) -> str:
    shown = f"  [green]shown: {safe(of.shown_why)}[/]" if copy.id == of.shown else ""
    return f"{_other(copy)}, {terminal.count(copy.words, 'word')}{shown}"


def _other(other: store.Account) -> str:
    return f"{safe(other.source_name, _LINE)}: {_title(other.title)} · {terminal.brief(other.id)}"


def _outlet(of: report.Explanation, outlet: report.Outlet) -> Iterator[str]:
    style = "green" if outlet.published else "cyan" if outlet.trace.step in ("merged", "story") else "yellow"
    yield f"{outlet.output}: [{style}]{safe(report.outlet_said(of, outlet))}[/]"
    yield from (f"   [dim]{safe(said)}[/]" for said in (report.showing_said(outlet), *report.deeds(outlet)) if said)
