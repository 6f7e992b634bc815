"""A preview as lines for a terminal: what stays is dim, what goes is red, each with its mark."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

import rich.console
import rich.padding
import rich.table
import rich.text

from aggregator.core import clean, text
from aggregator.preview import proof, report

Text = rich.text.Text
Row = tuple[Text, Text, Text]

WIDEST = 110  # columns: longer lines are hard to read
_COUNTS = 13  # columns for how long a block is
_LONGEST = 1_200  # characters shown of a block that was removed
_LINE = 300  # characters shown of a title or an address
_AROUND = 80  # characters shown before and behind what a block lost
_RUN = 4  # kept blocks in a row that are all shown
_STEERS = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # controls of 8 bits; what turns the direction of others
_LEGEND = (
    ("−", "red", "removed, by which rule and of which class"),
    ("~", "yellow", "shortened by what stands in [−…−]"),
    ("=", "yellow", "spared: the rules would have left nothing"),
)


def tame(said: str, most: int = 2_000) -> str:
    """A stranger's text on one line of at most so many characters, without what steers a terminal."""
    return text.shorten(_STEERS.sub("", text.one_line(said[: 4 * most])), most)


def head(found: report.Report) -> Iterator[Text]:
    """What the document is, and what is to be known of it."""
    yield Text(tame(found.title or found.source or found.url, _LINE), "bold")
    yield Text(tame(found.url), "dim")
    shown = f", {len(found.proofs):,} shown" if len(found.proofs) < found.total else ""
    repeats = f", {found.repeats:,} known as repeats of this source" if found.repeats else ""
    yield Text(
        f"{found.kind}{f' · the source {tame(found.source)}' if found.source else ''}"
        f"{f' · entries: {found.total:,}{shown}' if found.kind == 'feed' else ''}"
        f" · blocks: {found.removed:,} removed, {found.shortened:,} shortened{repeats}"
    )
    yield from (Text.assemble(("offers", "cyan"), f"  the feed {tame(feed)}") for feed in found.feeds)
    yield from (Text.assemble(("note", "yellow"), f"  {tame(problem)}") for problem in found.problems)


def body(found: report.Report) -> Iterator[rich.console.RenderableType]:
    """One part for each entry, and one that explains the marks."""
    yield from (_entry(number, one) for number, one in enumerate(found.proofs, 1))
    marks = {_mark(block) for one in found.proofs for block in one.blocks}
    legend = [Text.assemble((mark, style), (f" {said}", "dim")) for mark, style, said in _LEGEND if mark in marks]
    if legend:
        yield rich.console.Group(*legend)


def _entry(number: int, one: proof.Proof) -> rich.console.RenderableType:
    came, after = one.came, one.cleaned.entry
    about = [_was(came.title)] if came.title != after.title else []
    about += [Text(tame(after.link or "no link", _LINE), "blue", overflow="fold")]
    about += [_was(came.link or "")] if came.link != after.link else []
    about += [Text(tame(" · ".join(facts)))] if (facts := report.facts(one)) else []
    blocks = rich.table.Table.grid(padding=(0, 1), expand=True)
    blocks.add_column(width=2, justify="right")
    blocks.add_column(ratio=1, overflow="fold")
    blocks.add_column(width=_COUNTS, justify="right")
    for row in _blocks(one.blocks):
        blocks.add_row(*row)
    title = Text(f"{number}  {tame(after.title, _LINE) or 'without a title'}", "bold")
    return rich.console.Group(title, _indented(*about), blocks, _indented(Text(_tally(one), "dim")))


def _indented(*lines: Text) -> rich.console.RenderableType:
    return rich.padding.Padding(rich.console.Group(*lines), (0, 0, 0, 3))


def _was(said: str) -> Text:
    return Text.assemble(("was  ", "dim"), (tame(said, _LINE) or "nothing", "red"), overflow="fold")


def _blocks(blocks: Iterable[clean.Reviewed]) -> Iterator[Row]:
    for mark, group in itertools.groupby(blocks, _mark):
        run = list(group)
        if mark or len(run) <= _RUN:
            yield from (_block(mark, block) for block in run)
            continue
        hidden = run[2:-1]
        yield from (_block(mark, block) for block in run[:2])
        said = f"… {len(hidden):,} more blocks"
        yield Text(), Text(said, "dim italic"), _length(sum(len(block.before) for block in hidden))
        yield _block(mark, run[-1])


def _mark(block: clean.Reviewed) -> str:
    if block.after is None:
        return "−"
    if report.is_shortened(block):
        return "~"
    return "=" if report.is_spared(block) else ""


def _block(mark: str, block: clean.Reviewed) -> Row:
    by = (f"  {': '.join(dict.fromkeys((block.rule, block.cls)))}", "cyan")
    said = tame(block.before, _LONGEST) or f"({report.unseen(block)})"
    if mark == "−":
        return Text(mark, "bold red"), Text.assemble((said, "red"), by), Text()
    if mark == "~":
        head, lost, tail = report.cut(block.before, block.after or "")
        begin = ("… " if len(head) > _AROUND else "") + tame(head[-_AROUND:])
        lacks = f"[−{tame(lost, _LONGEST)}−]"
        struck = Text.assemble((f"{begin} ".lstrip(), "dim"), (lacks, "red"), (f" {tame(tail, _AROUND)}".rstrip(), "dim"), by)
        return Text(mark, "bold yellow"), struck, Text()
    line = Text(said, "dim", no_wrap=True, overflow="ellipsis")
    if mark:
        line = Text.assemble((text.shorten(said, _AROUND), "dim"), by)
    return Text(mark, "bold yellow"), line, _length(len(block.before))


def _length(characters: int) -> Text:
    return Text(f"{characters:,} chars" if characters else "", "dim")


def _tally(one: proof.Proof) -> str:
    kept = sum(block.after is not None for block in one.blocks)
    before = sum(len(block.before) for block in one.blocks)
    after = sum(len(block.after or "") for block in one.blocks)
    pictures = f" · pictures left out: {one.pictures_dropped:,}" if one.pictures_dropped else ""
    return f"what stays: {kept:,} of {len(one.blocks):,} blocks, {after:,} of {before:,} characters{pictures}"
