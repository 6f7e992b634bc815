"""Whether an entry is only a teaser, and its text from the page behind it."""

from __future__ import annotations

import dataclasses
import html
import re

from aggregator.core import model, text, urls
from aggregator.core.extract import article, measure

SHORT = 120  # words
SURELY = 40  # words
AGREES = 0.5  # share of a teaser's words that its article says too
LONG = 6  # characters
ENOUGH = 5  # long words
_READ = 20_000  # characters: a longer text is whole
_END = 100  # characters
_TAG = re.compile(r"<[^<>]*>")
_LINK = 1_000  # characters of HTML in which a closing link stands
_CALL = 60  # characters that it says
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]{1,2048})""", re.IGNORECASE)
_CUT = re.compile(r"(?:…|⋯|\.\.\.|。。。)\s?[\])}»›>]?\s*$")
_MORE = re.compile(
    r"(?i)(?:read more|continue reading|keep reading|full story|full article|read the rest|weiterlesen|mehr lesen|lire la suite|en savoir plus|"
    r"leer más|seguir leyendo|leggi tutto|continua a leggere|leia mais|lees verder|läs mer|læs mere|les mer|lue lisää|czytaj (?:dalej|więcej)|"
    r"celý článek|číst (?:dál|více)|čítať ďalej|tovább|citește|прочети|читать (?:далее|дальше|полностью)|подробнее|читати далі|детальніше|devamını oku|"
    r"διαβάστε περισσότερα|اقرأ المزيد|קרא עוד|पूरा पढ़ें|selengkapnya|xem thêm|อ่านต่อ|続きを読む|もっと読む|閲讀全文|阅读全文|閱讀更多|更多内容|查看全文|더 보기|더보기|계속 읽기)\W{0,5}$"
)


def is_teaser(entry: model.Entry) -> bool:
    """Whether an entry's own text seems to be cut: very short, or short and ended by an ellipsis, a "read more" or a link to its page.

    A short text that the feed gives as content beside a summary is one that its writer meant so.
    """
    said = _said(entry)
    length = measure.length(said[:_READ])
    if length < SURELY:
        return True
    if length < SHORT and not entry.content:
        return True
    return length < 2 * SHORT and bool(_CUT.search(said[-_END:]) or _MORE.search(said[-_END:]) or _leads_on(entry))


def _leads_on(entry: model.Entry) -> bool:
    """Whether the text closes with a short link to the entry's own page: a call to read on, in whatever language."""
    end = (entry.content or entry.summary)[-_LINK:]
    at = end.rfind("<a ")
    found = _HREF.search(end[at:]) if at >= 0 else None
    if found is None or not entry.link or len(text.one_line(_TAG.sub(" ", end[at:]))) > _CALL:
        return False
    address = urls.gate(html.unescape(found[1]), entry.base or entry.link)
    return address is not None and urls.normalise(address) == urls.normalise(entry.link)


def fill(entry: model.Entry, page: article.Extracted) -> model.Entry | None:
    """The entry with its page's text, and with authors and image where the feed named none; None when the page is no better.

    No better is a page that says less, or one that does not say what the teaser says: then it is another article, or none.
    """
    teaser, said = measure.tokens(_said(entry)), measure.tokens(page.text)
    if len(said) <= len(teaser) or not _agrees([*teaser, *measure.tokens(entry.title)], {*said, *measure.tokens(page.title)}):
        return None
    return dataclasses.replace(
        entry,
        content=page.content,
        summary=entry.summary or entry.content,
        authors=entry.authors or tuple(model.Author(name) for name in page.authors),
        image=entry.image or page.image,
        language=entry.language or page.language,
        paywall=page.paywall,
    )


def _agrees(teaser: list[str], page: set[str]) -> bool:
    """By the long words of the teaser, if it has some: the short ones are in every text of a language."""
    long = {word for word in teaser if len(word) >= LONG}
    asked = long if len(long) >= ENOUGH else set(teaser)
    return len(asked & page) >= AGREES * len(asked)


def _said(entry: model.Entry) -> str:
    """The entry's text, without a parser: this runs before cleaning, and not in a process that may be killed."""
    return text.one_line(html.unescape(_TAG.sub(" ", entry.content or entry.summary)))
