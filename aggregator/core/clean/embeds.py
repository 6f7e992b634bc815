"""Posts and media that a script of another site was to fill in: what stands there already stays, and if that is nothing, a link."""

from __future__ import annotations

import functools
import re

import re2
import selectolax.lexbor

from aggregator.core import urls
from aggregator.core.clean import players

Node = selectolax.lexbor.LexborNode
Tree = selectolax.lexbor.LexborHTMLParser
_PLACES = (
    (".instagram-media", "data-instgrm-permalink"),
    (".tiktok-embed", "cite"),
    (".mastodon-embed", "data-embed-url"),
    (".fb-post,.fb-video", "data-href"),
    (".tumblr-post", "data-href"),
    ("[data-oembed-url]", "data-oembed-url"),
    (".flourish-embed", "data-src"),
    (".twitter-tweet,.twitter-video,.bluesky-embed,.reddit-embed-bq,.reddit-card", ""),
    (".wp-block-embed__wrapper", ""),
)
"""Selectors, and the attribute that holds the address of what is embedded; without one it is the first link, or the text itself."""
_HINTS = (
    *(
        "instagram-media",
        "tiktok-embed",
        "mastodon-embed",
        "fb-post",
        "fb-video",
        "tumblr-post",
        "data-oembed-url",
        "flourish-embed",
    ),
    *("twitter-", "bluesky-embed", "reddit-", "wp-block-embed__wrapper"),
)
_MOST = 200  # of one kind in one entry
_FLOURISH = re.compile(r"(?:visualisation|story)/\d{1,12}")


def possible(html: str) -> bool:
    """Whether it is worth looking."""
    return _hinted().search(html) is not None


@functools.cache
def _hinted() -> re2._Regexp:
    return re2.compile("|".join(map(re.escape, _HINTS)))


def mend(tree: Tree, base: str) -> None:
    """Give every embedded post without words a link to it, with a picture where the address tells it."""
    for selector, attribute in _PLACES:
        for place in reversed(tree.css(selector)[:_MOST]):  # what is inside another one before that
            said = place.text().strip()
            url = _address(place, attribute, said, base)
            if url is not None and (not said or said.startswith("http")):
                _fill(tree, place, url)


def _address(place: Node, attribute: str, said: str, base: str) -> str | None:
    written = (place.attributes.get(attribute) or "").strip() if attribute else ""
    if attribute == "data-src":
        found = _FLOURISH.match(written)
        written = f"https://flo.uri.sh/{found[0]}/embed" if found else ""
    if not written:
        anchor = place.css_first("a[href]")
        written = (anchor.attributes.get("href") or "").strip() if anchor is not None else said
    return urls.gate(written, base) if written[:8].lower().startswith(("http://", "https://")) and " " not in written else None


def _fill(tree: Tree, place: Node, url: str) -> None:
    """Empty the place and put the link into it, as players have it."""
    if place.css_first("img,iframe,video,audio") is not None:
        return
    shown = players.of(url) or players.Shown(urls.cleaned(url, ""))
    for inner in reversed(place.css("*")):
        if inner.mem_id != place.mem_id:
            inner.decompose()
    child = place.first_child
    while child is not None:
        child.decompose()
        child = place.first_child
    paragraph = players.paragraph(tree, shown, "")
    if place.tag == "blockquote":
        place.replace_with(paragraph)
    else:
        place.insert_child(paragraph)
