"""What commands show to people: progress on stderr, reports on stdout."""

from __future__ import annotations

import contextlib
import datetime
import pathlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import rich.console
import rich.progress
import rich.table
import rich.text

from aggregator import passes
from aggregator.core import health
from aggregator.preview import galley
from aggregator.preview import report as previews
from aggregator.screen import terminal

_STYLES = {"ok": "green", "new": "cyan", "paused": "dim", "silent": "yellow", "failing": "yellow"}
_LONGEST = 1_200  # characters shown of a block

_console, _count, _safe = terminal.console, terminal.count, terminal.safe


def progress(*, shown: bool) -> passes.Watch:
    """A progress bar on a terminal; nothing elsewhere."""

    @contextlib.contextmanager
    def watch(total: int) -> Iterator[Callable[[], None]]:
        if not shown or not sys.stderr.isatty() or not total:
            yield lambda: None
            return
        columns = (
            "{task.description}",
            rich.progress.BarColumn(),
            rich.progress.MofNCompleteColumn(),
            rich.progress.TimeElapsedColumn(),
        )
        with rich.progress.Progress(*columns, console=rich.console.Console(stderr=True), transient=True) as bar:
            task = bar.add_task("polling", total=total)
            yield lambda: bar.advance(task)

    return watch


def waiting(what: str, *, shown: bool) -> contextlib.AbstractContextManager[object]:
    """A sign of life on a terminal while something is fetched and read; nothing elsewhere."""
    if not shown or not sys.stderr.isatty():
        return contextlib.nullcontext()
    return rich.console.Console(stderr=True).status(f"reading {_safe(what)}")


def passed(report: passes.Report) -> None:
    """A pass in a few lines."""
    figures, console = report.figures, _console()
    polled = f"{_count(figures['sources'], 'source')} polled" if figures["sources"] else "No source was due"
    console.print(f"{polled}: {figures['updated']} updated, {figures['not_modified']} unchanged, {figures['failed']} failed")
    console.print(
        f"{_count(figures['entries_new'], 'new entry', 'new entries')}, {_count(figures['duplicates'], 'duplicate')}; "
        f"{figures['bytes'] / 1000:,.0f} kB in {_count(figures['requests'], 'request')}, {figures['seconds']:.1f} s"
    )
    for source, why in report.failures:
        console.print(f"[red]failed[/]  {_safe(source)}: {_safe(why.removeprefix(f'{source}: '))}", soft_wrap=True)
    for said in report.unread:
        console.print(f"[red]not read[/]  {_safe(said)}", soft_wrap=True)
    for trouble in report.troubles:
        console.print(f"[red]not published[/]  {_safe(trouble)}", soft_wrap=True)
    console.print(f"Published in {report.output}", soft_wrap=True)


def checked(report: dict[str, Any]) -> None:
    """Problems as compilers print them, or that all is fine."""
    console = _console()
    for problem in report.get("problems", ()):
        print(problem["text"], file=sys.stderr)
    for warning in report.get("warnings", ()):
        console.print(f"[yellow]warning[/]  {_safe(warning['text'])}", soft_wrap=True)
    if "sources" in report:
        counted = f"{_count(report['sources'], 'source')}, {_count(len(report['outputs']), 'output')}"
        console.print(f"{report['file']} is fine: {counted} ({', '.join(report['outputs'])})", soft_wrap=True)
    for tried in report.get("tried", ()):
        said = (
            f"[red]failed[/]  {_safe(tried['error'])}"
            if tried["error"]
            else f"[green]ok[/]  {_count(tried['entries'], 'entry', 'entries')}"
        )
        console.print(f"  {_safe(tried['source'])}: {said}", soft_wrap=True)


def status(report: dict[str, Any]) -> None:
    """A table of the sources, and what is held back."""
    console = _console()
    table = rich.table.Table(box=None, pad_edge=False, header_style="bold")
    hubs = any(source.get("hub") for source in report["sources"])
    for heading in ("Source", "State", "Entries", "Last success", "Next poll", "Delay", *(["Hub"] if hubs else [])):
        table.add_column(heading, justify="right" if heading == "Entries" else "left")
    moment = datetime.datetime.now(datetime.UTC)
    for source in report["sources"]:
        state = source["state"]
        table.add_row(
            _safe(source["source"]),
            f"[{_STYLES.get(state, 'red')}]{state}[/]",
            str(source["entries"]),
            _ago(source.get("success_at"), moment),
            _until(source.get("due_at"), moment),
            _delays(source),
            *([source.get("hub") or "-"] if hubs else []),
        )
    console.print(table)
    for source in report["sources"]:
        if source["state"] not in ("ok", "new") or source.get("suggestion") or source.get("haste", 1) > 1:
            said = source["said"].removeprefix(f"{source['source']}: ")
            state = f"[{_STYLES.get(source['state'], 'red')}]{source['state']}[/]"
            console.print(f"{state}  {_safe(source['source'])}: {_safe(said)}", soft_wrap=True)
    for output in report["outputs"]:
        if output.get("subscribers"):
            console.print(f"output {output['name']}: {output['subscribers']} readers in the last day")
        if output["refused"]:
            console.print(f"[red]held back[/]  output {output['name']}: {_safe(output['refused'])}", soft_wrap=True)


def _delays(source: dict[str, Any]) -> str:
    """How late entries were seen lately, and how late the next ones are expected to be."""
    known = [source.get("actual_delay_seconds"), source.get("delay_seconds")]
    said = [health.duration(datetime.timedelta(seconds=seconds)) if seconds is not None else "-" for seconds in known]
    return "-" if said == ["-", "-"] else f"{said[0]}, {said[1]} expected"


def learned(report: dict[str, Any]) -> None:
    """What each source repeats, the most frequent first; how to disagree."""
    console = _console()
    listed = [source for source in report["sources"] if source["blocks"]]
    for source in listed:
        console.print(f"[bold]{_safe(source['source'])}[/] · {_count(source['articles'], 'article')} read")
        table = rich.table.Table.grid(padding=(0, 2))
        for block in source["blocks"]:
            said = rich.text.Text(galley.tame(block["text"], _LONGEST), "green" if block["decided"] == "keep" else "")
            table.add_row(block["fingerprint"], str(block["articles"]), block["decided"] or "", said)
        console.print(table)
        console.print()
    if listed:
        console.print(
            "To have one kept all the same, name it under `blocks: {keep: […]}` of its source in feeds.yaml.", style="dim"
        )
    else:
        console.print(
            f"Nothing learned yet of {_count(len(report['sources']), 'source')}: it takes three articles with the same block."
        )


def previewed(found: previews.Report, sheet: pathlib.Path | None = None) -> None:
    """What becomes of each entry, block by block; or only the head, and where the sheet with all of it is."""
    console = _console()
    for line in galley.head(found):
        console.print(line, soft_wrap=True)
    if sheet is not None:
        console.print(f"Written to {_safe(str(sheet))}", soft_wrap=True)
        return
    for part in galley.body(found):
        console.print()
        console.print(part, width=min(console.width, galley.WIDEST))


def _ago(moment: datetime.datetime | None, now: datetime.datetime) -> str:
    return f"{health.duration(now - moment)} ago" if moment else "never"


def _until(moment: datetime.datetime | None, now: datetime.datetime) -> str:
    if moment is None:
        return "-"
    return "now" if moment <= now else f"in {health.duration(moment - now)}"


def copied(made: dict[str, Any]) -> None:
    """A copy of the store in a line."""
    console = _console()
    console.print(f"{_safe(made['path'])}: {_held(made)}, checked.")


def restored(put: dict[str, Any]) -> None:
    """A copy that was put back, and where the store is that was there before."""
    console = _console()
    console.print(f"{_held(put)} are in the place of the store in {_safe(put['data'])}.")
    if put["aside"]:
        console.print(f"What was there is set aside: {_safe(put['aside'])}")


def _held(copy: dict[str, Any]) -> str:
    return f"{_count(copy['entries'], 'entry', 'entries')} of {_count(copy['sources'], 'source')}, {copy['bytes'] / 1e6:,.1f} MB"
