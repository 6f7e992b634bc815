"""Whether an entry is only a teaser, and its text from the page behind it."""

from __future__ import annotations

import dataclasses
import re

from aggregator.core import model, text
from aggregator.core.extract import article

SHORT = 120  # words
SURELY = 40  # words
AGREES = 0.5  # share of a teaser's words that its article says too
_CUT = re.compile(r"(\[?(…|\.\.\.|&hellip;|&#8230;)\]?|\[…\]|»|›)\s*$")
_MORE = re.compile(
    r"(?i)(read more|continue reading|keep reading|full story|full article|read the rest|weiterlesen|mehr lesen|lire la suite|en savoir plus|"
    r"leer más|seguir leyendo|leggi tutto|continua a leggere|leia mais|lees verder|läs mer|læs mere|les mer|lue lisää|czytaj (dalej|więcej)|"
    r"celý článek|читать (далее|дальше|полностью)|читати далі|devamını oku|続きを読む|阅读全文|더 보기)\W{0,5}$"
)


def is_teaser(entry: model.Entry) -> bool:
    """Whether an entry's own text seems to be cut: very short, or short and ended by an ellipsis or a "read more".

    A short text that the feed gives as content beside a summary is one that its writer meant so.
    """
    said = text.plain(entry.content or entry.summary)
    length = len(text.words(said))
    if length < SURELY:
        return True
    if length < SHORT and not entry.content:
        return True
    return length < 2 * SHORT and bool(_CUT.search(said) or _MORE.search(said))


def fill(entry: model.Entry, page: article.Extracted) -> model.Entry | None:
    """The entry with its page's text, and with authors and image where the feed named none; None when the page is no better.

    No better is a page that says less, or one that does not say what the teaser says: then it is another article, or none.
    """
    teaser = set(text.words(text.plain(entry.content or entry.summary)))
    said = text.words(page.text)
    if len(said) <= len(teaser) or len(teaser & set(said)) < AGREES * len(teaser):
        return None
    return dataclasses.replace(
        entry,
        content=page.content,
        summary=entry.summary or entry.content,
        authors=entry.authors or tuple(model.Author(name) for name in page.authors),
        image=entry.image or page.image,
        language=entry.language or page.language,
    )
