"""Cleaning: foreign HTML in, safe HTML and plain text out, without what is not the article.

A rule is one file (settings, documentation, run) and a line in CLEANERS. The way of an entry: its HTML is parsed once and mended
(`prepare`), split into blocks (`blocks`), passed through the rules, and joined and sanitised last.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Sequence

from aggregator.core import model, text, urls
from aggregator.core.clean import (
    advert,
    article,
    blocks,
    caption,
    chosen,
    follow,
    learned,
    memory,
    player,
    prepare,
    promotion,
    related,
    rights,
    signup,
    source,
    tail,
    title,
)
from aggregator.core.clean import sanitise as _sanitise

Article = article.Article
Block = article.Block
Policy = article.Policy
Learned = memory.Learned
Mark = memory.Mark
Memory = memory.Memory
Repeat = learned.Repeat
fingerprint = memory.fingerprint
fingerprints = chosen.fingerprints
learn = memory.learn
marks = memory.marks
repeats = learned.repeats
sanitise = _sanitise.sanitise

CLEANERS: Sequence[article.Cleaner] = (
    title.Title(),
    signup.Signup(),
    promotion.Promotion(),
    related.Related(),
    source.Source(),
    tail.Tail(),
    follow.Follow(),
    advert.Advert(),
    rights.Rights(),
    player.Player(),
    learned.Repeats(),
    chosen.Chosen(),
    caption.Caption(),
)
"""In this order, again and again until nothing changes: what one removes may bring the next to an edge."""

_SUMMARY = 400  # characters
_SMALLEST = 64  # pixels: smaller pictures are icons
_IMAGE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\s(src|width|height)="([^"]*)"')


def clean(entry: model.Entry, policy: Policy = Policy(), learned: Learned = Learned()) -> model.Cleaned:
    """An entry as it is published: safe HTML with absolute addresses in `content`, a plain summary, boilerplate gone.

    Without content the summary serves as content. Idempotent on content; a title is never emptied, an article never emptied:
    where the rules would take every text, none of them counts.
    """
    whole = _cleaned(entry, entry.content or entry.summary, policy, learned)
    cleaned = dataclasses.replace(
        entry,
        title=text.one_line(entry.title),
        link=_link(entry.link),
        summary=_summary(entry, whole, policy, learned),
        content=sanitise(blocks.join(whole.blocks)),
        image=_image(entry, whole),
    )
    return model.Cleaned(cleaned, whole.text(), whole.removed)


def clean_text(
    title: str, text: str, policy: Policy = Policy(), learned: Learned = Learned()
) -> tuple[str, tuple[model.Removal, ...]]:
    """The same for plain text: its blocks are parted by blank lines, in and out."""
    done = _run(Article(model.Entry(id="", title=title), blocks.from_text(text), policy=policy, learned=learned))
    return done.text(), done.removed


def texts(entry: model.Entry) -> tuple[str, ...]:
    """The block texts of an entry before any rule, as `learn` and `marks` want them."""
    return tuple(block.text for block in _blocks(entry, entry.content or entry.summary) if block.text)


def _cleaned(entry: model.Entry, markup: str, policy: Policy, learned: Learned) -> Article:
    return _run(Article(entry, _blocks(entry, markup), policy=policy, learned=learned))


def _blocks(entry: model.Entry, markup: str) -> tuple[Block, ...]:
    if not _sanitise.bounded(markup):
        return blocks.from_text(text.plain(_sanitise.as_text(markup)))
    try:
        return blocks.split(prepare.tree(text.printable(markup), entry.base or entry.link or ""))
    except blocks.TooDeep:
        return blocks.from_text(text.plain(_sanitise.as_text(markup)))


def _run(start: Article) -> Article:
    done, before = start, None
    while done is not before:
        before = done
        for cleaner in CLEANERS:
            done = cleaner.run(done)
    return done if any(block.text for block in done.blocks) else start


def _link(link: str | None) -> str | None:
    gated = urls.gate(link) if link else None
    return urls.untracked(gated) if gated else None


def _summary(entry: model.Entry, whole: Article, policy: Policy, learned: Learned) -> str:
    """The source's own summary as plain text, or the beginning of the article."""
    own = _cleaned(entry, entry.summary, policy, learned) if entry.content and entry.summary else whole
    said = _beginning(own) or _beginning(whole)
    return text.shorten(said, _SUMMARY)


def _beginning(part: Article) -> str:
    found: list[str] = []
    for block in part.blocks:
        if block.text and block.kind in ("paragraph", "quote", "list", "other"):
            found.append(block.text)
        if sum(map(len, found)) > _SUMMARY:
            break
    return text.one_line(" ".join(found))


def _image(entry: model.Entry, whole: Article) -> str | None:
    own = urls.gate(entry.image, entry.base) if entry.image else None
    if own is not None:
        return own
    for block in whole.blocks:
        for found in _IMAGE.findall(block.html) if "<img" in block.html else ():
            attributes = dict(_ATTRIBUTE.findall(found))
            sides = [int(attributes[side]) for side in ("width", "height") if attributes.get(side, "").isdecimal()]
            if "src" in attributes and all(side >= _SMALLEST for side in sides):
                return urls.gate(html.unescape(attributes["src"]))
    return None
