"""A preview as a page of its own: both sides of every entry, without script, loading nothing."""

from __future__ import annotations

import dataclasses
import functools
import pathlib

from aggregator import sheets
from aggregator.core import clean, text
from aggregator.preview import proof, report

_LONGEST = 50_000  # characters of a block
_MARKUP = 500_000  # characters of an entry's HTML
_LINE = 2_000  # characters of anything on one line
_PICTURES = 200


@dataclasses.dataclass(frozen=True, slots=True)
class _Block:
    """A block as the sheet shows it: gone, without a part, or as it was."""

    kind: str
    text: str
    unseen: str
    rule: str
    cls: str
    gone: bool = False
    head: str = ""
    lost: str = ""
    tail: str = ""

    @property
    def same(self) -> bool:
        return not self.gone and not self.lost


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    title_was: str | None
    link: str | None
    link_was: str | None
    language: str
    facts: tuple[str, ...]
    blocks: tuple[_Block, ...]
    pictures: tuple[str, ...]
    dropped: int
    content: str


def render(found: report.Report) -> bytes:
    """The sheet in UTF-8."""
    title = text.shorten(text.one_line(found.title or found.source or found.url), _LINE)
    return sheets.render("aggregator.preview", report=found, title=title, entries=[_entry(one) for one in found.proofs])


def write(found: report.Report, path: pathlib.Path) -> pathlib.Path:
    """Put the sheet into a file; where that is. Raises PublishError."""
    return sheets.write(render(found), path)


def _entry(one: proof.Proof) -> _Entry:
    came, after = one.came, one.cleaned.entry
    return _Entry(
        title=text.shorten(after.title, _LINE),
        title_was=text.shorten(came.title, _LINE) if came.title != after.title else None,
        link=after.link,
        link_was=text.shorten(came.link or "", _LINE) if came.link != after.link else None,
        language=after.language,
        facts=tuple(text.shorten(fact, _LINE) for fact in report.facts(one)),
        blocks=tuple(_block(block) for block in one.blocks),
        pictures=one.pictures[:_PICTURES],
        dropped=one.pictures_dropped,
        content=text.shorten(one.cleaned.entry.content, _MARKUP),
    )


def _block(block: clean.Reviewed) -> _Block:
    shown = functools.partial(_Block, block.kind, unseen=report.unseen(block), rule=block.rule, cls=block.cls)
    if report.is_shortened(block):
        head, lost, tail = (text.shorten(part, _LONGEST) for part in report.cut(block.before, block.after or ""))
        return shown(text.shorten(block.after or "", _LONGEST), head=head, lost=lost, tail=tail)
    return shown(text.shorten(block.before, _LONGEST), gone=block.after is None)
