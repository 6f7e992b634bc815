"""Cleaning: foreign HTML in, safe HTML and plain text out, without what is not the article.

A rule is one file (settings, documentation, run) and a line in CLEANERS. The way of an entry: its HTML is parsed once and mended
(`prepare`), split into blocks (`blocks`), passed through the rules, and joined and sanitised last.
"""

from __future__ import annotations

import dataclasses
import html
import itertools
import re
from collections.abc import Sequence

from aggregator.core import model, text, urls
from aggregator.core.clean import (
    advert,
    appeal,
    article,
    bio,
    blocks,
    caption,
    chosen,
    follow,
    house,
    images,
    learned,
    memory,
    note,
    paywall,
    player,
    podcast,
    prepare,
    promotion,
    related,
    rights,
    signup,
    source,
    tags,
    tail,
    title,
    titles,
)
from aggregator.core.clean import sanitise as _sanitise

Article = article.Article
Block = article.Block
Learned = memory.Learned
Mark = memory.Mark
Memory = memory.Memory
Policy = article.Policy
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
    podcast.Podcast(),
    follow.Follow(),
    appeal.Appeal(),
    advert.Advert(),
    rights.Rights(),
    house.House(),
    tags.Tags(),
    player.Player(),
    note.Note(),
    bio.Bio(),
    learned.Repeats(),
    chosen.Chosen(),
    caption.Caption(),
)
"""In this order, again and again until nothing changes: what one removes may bring the next to an edge."""

_PASSES = 30  # who stacks up more lines that only go at an edge wants to cost us time
_SUMMARY = 400  # characters
_SMALLEST = 64  # pixels: smaller pictures are icons
_IMAGE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\s(src|width|height)="([^"]*)"')


@dataclasses.dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of one block: its text before and after, None when it is gone, and by which rule, of which class ("" for none).

    A block was shortened when `after` is another text than `before`. Where the two are the same although a rule is named, that
    rule would have taken it, but all rules together would have left nothing of the article: then none of them counts.
    """

    kind: article.Kind
    before: str
    after: str | None
    rule: str = ""
    cls: str = ""


def clean(
    entry: model.Entry, policy: Policy = Policy(), learned: Learned = Learned(), parts: tuple[Block, ...] | None = None
) -> model.Cleaned:
    """An entry as it is published: safe HTML with absolute addresses in `content`, a plain summary, boilerplate gone.

    Without content the summary serves as content. Idempotent on content; a title is never emptied, an article never emptied:
    where the rules would take every text, none of them counts. Who has read the entry already gives its `parts` (see `read`).
    """
    came = _came(entry, policy, learned, read(entry) if parts is None else parts)
    whole = _run(came)
    cleaned = dataclasses.replace(
        came.entry,
        link=_link(entry.link),
        summary=_summary(entry, whole, policy, learned),
        content=sanitise(blocks.join(whole.blocks)),
        image=_image(entry, whole),
        paywall=paywall.shows(entry, came.blocks),
    )
    return model.Cleaned(cleaned, whole.text(), whole.removed)


def clean_text(
    title: str, text: str, policy: Policy = Policy(), learned: Learned = Learned()
) -> tuple[str, tuple[model.Removal, ...]]:
    """The same for plain text: its blocks are parted by blank lines, in and out."""
    done = _run(Article.of(model.Entry(id="", title=title), blocks.from_text(text), policy, learned))
    return done.text(), done.removed


def read(entry: model.Entry) -> tuple[Block, ...]:
    """The blocks of an entry before any rule: for who wants their texts and has them cleaned later, without parsing them twice."""
    return _blocks(entry, entry.content or entry.summary)


def review(entry: model.Entry, policy: Policy = Policy(), learned: Learned = Learned()) -> tuple[Reviewed, ...]:
    """What `clean` makes of an entry, block by block in the order in which they came; pictures and players are blocks too."""
    came = _came(entry, policy, learned, read(entry))
    ruled = _ruled(came)
    left = dict(zip(ruled.places, ruled.blocks, strict=True))
    taken = {taken.place: taken.removal for taken in ruled.taken}
    spared = not _says_something(ruled)
    return tuple(
        _reviewed(block, block if spared else left.get(place), taken.get(place)) for place, block in enumerate(came.blocks)
    )


def _reviewed(before: Block, after: Block | None, removal: model.Removal | None) -> Reviewed:
    rule, kind = (removal.rule, removal.kind) if removal else ("", "")
    return Reviewed(before.kind, before.text, None if after is None else after.text, rule, kind)


def _came(entry: model.Entry, policy: Policy, learned: Learned, parts: tuple[Block, ...]) -> Article:
    titled = dataclasses.replace(entry, title=titles.clean_title(entry.title, learned.affixes))
    return Article.of(titled, parts, policy, learned)


def _blocks(entry: model.Entry, markup: str) -> tuple[Block, ...]:
    if not _sanitise.bounded(markup):
        return blocks.from_text(text.plain(_sanitise.as_text(markup)))
    try:
        return blocks.split(prepare.tree(text.printable(markup), entry.base or entry.link or ""))
    except blocks.TooDeep:
        return blocks.from_text(text.plain(_sanitise.as_text(markup)))


def _run(came: Article) -> Article:
    ruled = _ruled(came)
    return ruled if _says_something(ruled) else came


def _ruled(came: Article) -> Article:
    """After all rules, even when they leave nothing."""
    done, idle = came, 0
    for cleaner in itertools.chain.from_iterable(itertools.repeat(CLEANERS, _PASSES)):
        before, done = done, cleaner.run(done)
        idle = idle + 1 if done is before else 0
        if idle == len(CLEANERS):
            break
    return done


def _says_something(article: Article) -> bool:
    return any(block.text for block in article.blocks)


def _link(link: str | None) -> str | None:
    gated = urls.gate(link) if link else None
    return urls.cleaned(gated) if gated else None


def _summary(entry: model.Entry, whole: Article, policy: Policy, learned: Learned) -> str:
    """The source's own summary as plain text, or the beginning of the article."""
    own = _run(_came(entry, policy, learned, _blocks(entry, entry.summary))) if entry.content and entry.summary else whole
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
    own = images.usable(entry.image, entry.base) if entry.image else None
    if own is not None:
        return own
    for block in whole.blocks:
        for found in _IMAGE.findall(block.html) if "<img" in block.html else ():
            attributes = dict(_ATTRIBUTE.findall(found))
            sides = [int(attributes[side]) for side in ("width", "height") if attributes.get(side, "").isdecimal()]
            if "src" in attributes and all(side >= _SMALLEST for side in sides):
                return urls.gate(html.unescape(attributes["src"]))
    return None
