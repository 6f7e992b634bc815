"""Players become links: what an iframe, video or audio element shows, as an address for people."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import re
import urllib.parse
from collections.abc import Iterator, Mapping

import selectolax.lexbor

from aggregator.core import urls
from aggregator.core.clean import addresses, images

Node = selectolax.lexbor.LexborNode
Tree = selectolax.lexbor.LexborHTMLParser
_NAMED = {
    "amp-youtube": ("data-videoid", "https://www.youtube.com/embed/{}"),
    "lite-youtube": ("videoid", "https://www.youtube.com/embed/{}"),
    "amp-vimeo": ("data-videoid", "https://player.vimeo.com/video/{}"),
    "amp-dailymotion": ("data-videoid", "https://www.dailymotion.com/embed/video/{}"),
    "amp-twitter": ("data-tweetid", "https://platform.twitter.com/embed/Tweet.html?id={}"),
    "amp-instagram": ("data-shortcode", "https://www.instagram.com/p/{}/embed"),
    "amp-facebook": ("data-href", "{}"),
    "amp-reddit": ("data-src", "{}"),
    "amp-pinterest": ("data-url", "{}"),
    "amp-soundcloud": ("data-trackid", "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/{}"),
    "amp-jwplayer": ("data-media-id", "https://cdn.jwplayer.com/players/{}-.html"),
}
"""Elements that name a medium: the attribute that does, and the address that comes of it."""
_MEDIA = frozenset(["video", "audio", "amp-video", "amp-audio"])
SELECTOR = ",".join(["iframe", "embed", "object", "amp-iframe", *sorted(_MEDIA), *_NAMED])
_LONGEST_ALT = 300  # characters
_EMBEDS = re.compile(
    r"(?:^|\.)(?:bandcamp\.com|datawrapper\.de|dwcdn\.net|flourish\.studio|infogram\.com|peertube\.\w+|streamable\.com|loom\.com|soundcloud\.com|"
    r"megaphone\.fm|acast\.com|omny\.fm|simplecast\.com|libsyn\.com|buzzsprout\.com|podbean\.com|ivoox\.com|spreaker\.com|podigee\.io|captivate\.fm|"
    r"jwplatform\.com|jwplayer\.com|brightcove\.net|wistia\.(?:com|net)|kaltura\.com|rutube\.ru|vk\.com|vkvideo\.ru|bilibili\.com|nicovideo\.jp|"
    r"documentcloud\.org|scribd\.com|slideshare\.net|codepen\.io|jsfiddle\.net|openstreetmap\.org|storymaps\.arcgis\.com)$"
)
_PATHS = re.compile(r"/(?:embed|player|videos?/embed)(?:[/?.]|$)|/maps/embed")
_POST = re.compile(r"(https://[^/?#]+/@[\w.@-]{1,200}/\d{1,30})/embed$")  # Mastodon and its kin
_PEERTUBE = re.compile(r"(https://[^/?#]+)/videos/embed/([\w-]{22,36})(?=$|[/?#])")


@dataclasses.dataclass(frozen=True, slots=True)
class Player:
    """One way in which a host embeds: what names the medium, the page for people, and the picture ("" if only asking would tell)."""

    named: re.Pattern[str]
    page: str
    picture: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """What a player shows: a page for people, and a picture of it if one can be told."""

    page: str
    picture: str | None = None


@functools.cache
def _players() -> Mapping[str, tuple[Player, ...]]:
    found: dict[str, tuple[Player, ...]] = {}
    for line in importlib.resources.files(__package__).joinpath("players.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            host, pattern, page, *picture = line.split("  ")
            found[host] = (*found.get(host, ()), Player(re.compile(pattern), page, *picture))
    return found


def hosts() -> frozenset[str]:
    """The hosts whose players are known by their addresses."""
    return frozenset(_players())


def link(tree: Tree, player: Node, base: str) -> None:
    """Put a paragraph with a link in place of a player, with its picture where one can be told; nothing in place of others.

    A film whose address is not in the page leaves its poster.
    """
    shown = next(filter(None, (_shown(address, base, player) for address in _addresses(player))), None)
    picture = (shown.picture if shown else None) or _poster(player, base)
    said = (player.attributes.get("title") or "")[:_LONGEST_ALT]
    if shown is not None:
        player.replace_with(paragraph(tree, dataclasses.replace(shown, picture=picture), said))
    elif picture is not None:
        player.replace_with(_image(tree, picture, said))
    else:
        player.decompose()


def paragraph(tree: Tree, shown: Shown, said: str) -> Node:
    """A paragraph of a link to what a player shows, with its picture if there is one; `said` describes the picture."""
    outer, anchor = tree.create_node("p"), tree.create_node("a")
    anchor.attrs["href"] = shown.page
    if shown.picture:
        anchor.insert_child(_image(tree, shown.picture, said))
        anchor.insert_child(tree.create_node("br"))
    anchor.insert_child(label(shown.page))
    outer.insert_child(anchor)
    return outer


def _image(tree: Tree, url: str, said: str) -> Node:
    image = tree.create_node("img")
    image.attrs["src"], image.attrs["alt"] = url, said
    return image


def label(url: str) -> str:
    """What a link to a player says: its host, in every language the same."""
    return urls.host(url).removeprefix("www.")


def of(url: str) -> Shown | None:
    """What the player at a gated address shows, if it is one of a known host."""
    host = urls.host(url)
    behind = "/" + url.partition("//")[2].partition("/")[2]
    labels = host.split(".")[-4:]
    for start in range(len(labels) - 1):
        for player in _players().get(".".join(labels[start:]), ()):
            found = player.named.match(behind)
            page = _filled(player.page, found.groups()) if found else None
            if found and page:
                return Shown(page, _filled(player.picture, found.groups()) if player.picture else None)
    return None


def _filled(form: str, parts: tuple[str, ...]) -> str | None:
    if form.startswith("%"):
        form, parts = form[1:], tuple(urllib.parse.unquote(part) for part in parts)
    return urls.gate(form.format(*parts))


def _addresses(player: Node) -> Iterator[str]:
    """Where a player may get its medium from, the likeliest first."""
    attributes, tag = player.attributes, player.tag or ""
    if tag in _NAMED:
        name, form = _NAMED[tag]
        yield form.format((attributes.get(name) or "").strip())
    for name in ("src", "data", *images.LAZY):
        if value := attributes.get(name):
            yield value
    for inner in player.css("source[src],embed[src],iframe[src],param[name=movie]")[:10]:
        if value := inner.attributes.get("src") or inner.attributes.get("value"):
            yield value


def _shown(address: str, base: str, player: Node) -> Shown | None:
    url = urls.gate(address, base) if address.strip() and address != "about:blank" else None
    if url is None or images.beacon(url):
        return None
    if (known := of(url)) is not None:
        return known
    if (post := _POST.match(url)) is not None:
        return Shown(post[1])
    if (tube := _PEERTUBE.match(url)) is not None:
        return Shown(f"{tube[1]}/videos/watch/{tube[2]}")
    if player.tag in _MEDIA or player.tag in _NAMED:
        return Shown(url)
    if addresses.listed("widgets.txt", url):
        return None
    seen = player.tag in ("iframe", "amp-iframe") and not images.invisible(player.attributes)
    return Shown(url) if seen or _EMBEDS.search(urls.host(url)) or _PATHS.search(url) else None


def _poster(player: Node, base: str) -> str | None:
    poster = player.attributes.get("poster")
    return urls.gate(poster, base) if poster else None
