"""A preview as a page of its own: both sides of every entry, without script, loading nothing."""

from __future__ import annotations

import base64
import dataclasses
import functools
import hashlib
import importlib.resources
import pathlib

import jinja2

import aggregator
from aggregator.core import clean, errors, text
from aggregator.edges import publish
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
    entries = [_entry(one) for one in found.proofs]
    written = _template().render(
        report=found, title=title, entries=entries, style=_shipped("sheet.css"), policy=_policy(), version=aggregator.__version__
    )
    return text.printable(written).encode()


def write(found: report.Report, path: pathlib.Path) -> pathlib.Path:
    """Put the sheet into a file, whole or not at all; where that is. What is no file is left alone. Raises PublishError."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise errors.PublishError(f"{path} is no file that can be written; choose another --html")
    try:
        publish.publish(target, render(found))
    except errors.PublishError as error:
        said = error.__cause__.strerror if isinstance(error.__cause__, OSError) else error
        raise errors.PublishError(f"cannot write {path}: {said}; choose another --html") from None
    return target


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


def _shipped(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(name).read_text("utf-8")


@functools.cache
def _policy() -> str:
    """The Content-Security-Policy of the sheet: its own style by its hash (CSP 3 2.3.1), and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_shipped("sheet.css").encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["cut"] = lambda said: text.shorten(text.one_line(said), _LINE)
    return environment.from_string(_shipped("sheet.html"))
