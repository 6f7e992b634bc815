"""Rendering: a feed as bytes, one file a format, one table; and the pages around the outputs.

All of it is a function of what it is given: same feed, same bytes, whatever the clock, the locale or the hash seed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from aggregator.core import model
from aggregator.core.render import cards, feeds, format, index, look, outline, page, rows, verify

FORMATS: Mapping[str, format.Format] = {**feeds.FORMATS, "html": page.FORMAT}
page_policy = look.policy
"""The Content-Security-Policy of a page, for the header of an answer that serves one; `script` for the index."""

Format = format.Format
HealthRow = rows.HealthRow
LiveRows = rows.LiveRows
MergedRow = rows.MergedRow
OutputRow = rows.OutputRow
SourceRow = rows.SourceRow
StrippedRow = rows.StrippedRow
index_page = index.index_page
lean = cards.lean
opml = outline.opml


def render(name: str, feed: model.Feed, base: str) -> bytes:
    """The feed in the format of that name, as it stands at `base` (an absolute URL that ends in a slash).

    The feed's url becomes that of the file, and its link that of its page unless it has one. Entries are cleaned ones
    with id and origin. No text in them makes this raise; what must not be published is for `check` to find.
    """
    suffix = FORMATS[name].suffix
    link = feed.link or base + feed.name + page.FORMAT.suffix
    return FORMATS[name].render(dataclasses.replace(feed, url=base + feed.name + suffix, link=link))


def check(name: str, data: bytes) -> tuple[str, ...]:
    """The problems of a rendered file, which must be none before it may replace an older one.

    Looked for: bytes that are no whole, well-formed file of that format (XML with a document type is none), entries
    without id, ids used twice, and dates that are unreadable or not of the years 1990 to 2199.
    """
    return tuple(verify.problems(FORMATS[name], data))
