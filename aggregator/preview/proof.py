"""The part of a preview that touches a stranger's document, and so runs in a worker: reading it, and cleaning with a record."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from aggregator.core import clean, errors, extract, model, parse, urls
from aggregator.pipeline import cleaning

Kind = Literal["feed", "page"]
Fetched = Literal["", "filled", "no better", "failed"]
"""What became of an entry's page: not asked for, its text taken over, no better than the feed's (or not allowed), not had."""

_BEGINNING = 4096  # characters in which a page shows that it is one
_BEFORE = re.compile(r"(?s)\s*(?:(?:<!--.*?-->|<\?[^>]*>)\s*)*")
_PAGE = re.compile(
    r"(?i)<(?:!doctype\s+html|html|head|body|title|meta|base|link|script|style|noscript|header|main|nav|article|section|aside|div|center"
    r"|form|h[1-6]|p|span|a|b|i|em|strong|br|hr|img|figure|picture|blockquote|pre|table|ul|ol|dl)\b"
)
_IMAGE = re.compile(r'<img\b(?:[^">]|"[^"]*")*>')  # in HTML that was sanitised
_SRC = re.compile(r'\ssrc="([^"]*)"')


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """What was read: a feed; or a page, whose article is the only entry, or none, and the addresses of the feeds that it offers."""

    kind: Kind
    feed: model.Feed
    feeds: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be cleaned: as its feed gave it, and with the text of its page, if that was asked for."""

    came: model.Entry
    whole: model.Entry
    new: bool = True  # it has not taught yet what its source repeats
    shown: bool = True
    teaser: bool = False
    page: Fetched = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """An entry before and after cleaning."""

    came: model.Entry
    cleaned: model.Cleaned
    blocks: tuple[clean.Reviewed, ...]
    teaser: bool = False  # as it came it seems to be cut
    page: Fetched = ""
    pictures: tuple[str, ...] = ()  # the addresses in the cleaned content
    pictures_dropped: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Proofs:
    """The entries to be shown, and by how many blocks their source is known to repeat they were cleaned."""

    shown: tuple[Proof, ...]
    repeats: int


def reading(response: model.Response, entries: int, longest: int) -> Document:
    """The feed or the page in a response, by its bytes; at most so many entries, so many characters of HTML in each.

    Raises ParseError for what is neither.
    """
    try:
        return Document("feed", parse.parse(response, entries=entries, longest=longest))
    except errors.ParseError as error:
        page = extract.decode(response.body, response.content_type)
        if not _is_page(page):
            raise errors.ParseError(f"{error}; preview takes a feed or a web page") from None
    return _page(response, page, longest)


def proofing(drafts: Sequence[Draft], policy: clean.Policy, known: cleaning.Known) -> Proofs:
    """The drafts that are to be shown, cleaned by what is known of their source and what the new ones among all teach."""
    _, learned = cleaning.learning([draft.whole for draft in drafts], [draft.new for draft in drafts], known)
    return Proofs(tuple(_proof(draft, policy, learned) for draft in drafts if draft.shown), len(learned.repeats))


def _proof(draft: Draft, policy: clean.Policy, learned: clean.Learned) -> Proof:
    cleaned = clean.clean(draft.whole, policy, learned)
    pictures = _IMAGE.findall(cleaned.entry.content)
    return Proof(
        came=draft.came,
        cleaned=cleaned,
        blocks=clean.review(draft.whole, policy, learned),
        teaser=draft.teaser,
        page=draft.page,
        pictures=_addresses(pictures),
        pictures_dropped=max(0, _pictures(draft.whole.content or draft.whole.summary) - len(pictures)),
    )


def _is_page(page: str) -> bool:
    """Whether a text begins as HTML does, be it only a part of a page."""
    beginning = page[:_BEGINNING].lstrip("\ufeff")
    before = _BEFORE.match(beginning)
    return _PAGE.match(beginning, before.end() if before else 0) is not None


def _page(response: model.Response, page: str, longest: int) -> Document:
    feeds = parse.links(response)
    found = extract.extract(page, response.url)
    if found is None:
        return Document("page", model.Feed(), feeds)
    entry = model.Entry(
        id="",
        title=found.title,
        link=found.link or urls.gate(response.url),
        content=found.content[:longest],
        authors=tuple(map(model.Author, found.authors)),
        image=found.image,
        published=found.published,
        language=found.language,
        base=response.url,
    )
    return Document("page", model.Feed(title=found.title, link=entry.link, entries=(entry,)), feeds)


def _pictures(markup: str) -> int:
    """How many pictures HTML shows; those for browsers without script are copies of others."""
    head, *rest = markup.lower().split("<noscript")
    return sum(part.count("<img") for part in (head, *(one.partition("</noscript")[2] for one in rest)))


def _addresses(pictures: Iterable[str]) -> tuple[str, ...]:
    written = (_SRC.search(picture) for picture in pictures)
    gated = (urls.gate(html.unescape(found[1])) for found in written if found)
    return tuple(dict.fromkeys(address for address in gated if address))
