"""The formats for feed readers, in the order in which pages offer them."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.core.render import atom, format, jsonfeed, rss

FORMATS: Mapping[str, format.Format] = {"rss": rss.FORMAT, "atom": atom.FORMAT, "json": jsonfeed.FORMAT}
