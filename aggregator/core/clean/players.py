"""Players become links: what an iframe, video or audio element shows, as an address for people."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse

import selectolax.lexbor

from aggregator.core import urls
from aggregator.core.clean import images

Node = selectolax.lexbor.LexborNode
Tree = selectolax.lexbor.LexborHTMLParser
SELECTOR = "iframe,video,audio,embed,object,amp-youtube,amp-iframe,amp-video"


@dataclasses.dataclass(frozen=True, slots=True)
class Player:
    """A host of players: what of the address names the medium, its page for people, and its picture if that can be told."""

    host: str
    pattern: re.Pattern[str]
    page: str
    picture: str = ""


def _player(host: str, pattern: str, page: str, picture: str = "") -> Player:
    return Player(host, re.compile(pattern), page, picture)


PLAYERS = (
    _player("youtube.com", r"/(?:embed/videoseries\?.*?list=|playlist\?list=)([\w-]+)", "https://www.youtube.com/playlist?list={}"),
    _player(
        "youtube.com",
        r"/(?:embed/|v/|shorts/|watch\?v=)([\w-]{11})\b",
        "https://www.youtube.com/watch?v={}",
        "https://i.ytimg.com/vi/{}/hqdefault.jpg",
    ),
    _player(
        "youtube-nocookie.com",
        r"/embed/([\w-]{11})\b",
        "https://www.youtube.com/watch?v={}",
        "https://i.ytimg.com/vi/{}/hqdefault.jpg",
    ),
    _player("player.vimeo.com", r"/video/(\d+)", "https://vimeo.com/{}"),
    _player(
        "dailymotion.com",
        r"/embed/video/(\w+)",
        "https://www.dailymotion.com/video/{}",
        "https://www.dailymotion.com/thumbnail/video/{}",
    ),
    _player("open.spotify.com", r"/embed(?:-podcast)?/(\w+/\w+)", "https://open.spotify.com/{}"),
    _player("embed.podcasts.apple.com", r"/(.+)", "https://podcasts.apple.com/{}"),
    _player("embed.ted.com", r"/talks/([\w/-]+)", "https://www.ted.com/talks/{}"),
    _player("archive.org", r"/embed/([\w.-]+)", "https://archive.org/details/{}"),
    _player("platform.twitter.com", r"/embed/.*[?&]id=(\d+)", "https://x.com/i/status/{}"),
    _player("instagram.com", r"/((?:p|reel|tv)/[\w-]+)/embed", "https://www.instagram.com/{}/"),
    _player("tiktok.com", r"/embed/(?:v2/)?(\d+)", "https://www.tiktok.com/@_/video/{}"),
    _player("player.twitch.tv", r"/\?.*video=v?(\d+)", "https://www.twitch.tv/videos/{}"),
    _player("facebook.com", r"/plugins/(?:video|post)\.php\?.*href=([^&]+)", "{}"),
    _player("w.soundcloud.com", r"/player/?\?.*url=([^&]+)", "{}"),
)
_EMBEDS = re.compile(
    r"(?:^|\.)(?:bandcamp\.com|datawrapper\.de|dwcdn\.net|flourish\.studio|infogram\.com|peertube\.\w+|streamable\.com|loom\.com|"
    r"megaphone\.fm|acast\.com|omny\.fm|simplecast\.com|libsyn\.com|buzzsprout\.com|podbean\.com|ivoox\.com|spreaker\.com|podigee\.io|"
    r"jwplatform\.com|jwplayer\.com|brightcove\.net|wistia\.(?:com|net)|kaltura\.com|rutube\.ru|vk\.com|bilibili\.com|nicovideo\.jp|"
    r"documentcloud\.org|scribd\.com|slideshare\.net|codepen\.io|jsfiddle\.net|openstreetmap\.org|storymaps\.arcgis\.com)$"
)
_PATHS = re.compile(r"/(?:embed|player|videos?/embed)(?:[/?.]|$)|/maps/embed")


def link(tree: Tree, player: Node, base: str) -> None:
    """Put a paragraph with a link in place of a player, with its picture where one can be told; nothing in place of others."""
    address = _address(player)
    url = _page(address, base, player.tag or "") if address else None
    if url is None:
        player.decompose()
        return
    picture = _picture(url) or _poster(player, base)
    paragraph, anchor = tree.create_node("p"), tree.create_node("a")
    anchor.attrs["href"] = url
    if picture:
        image = tree.create_node("img")
        image.attrs["src"], image.attrs["alt"] = picture, player.attributes.get("title") or ""
        anchor.insert_child(image)
        anchor.insert_child(tree.create_node("br"))
    anchor.insert_child(label(url))
    paragraph.insert_child(anchor)
    player.replace_with(paragraph)


def label(url: str) -> str:
    """What a link to a player says: its host, in every language the same."""
    return urls.host(url).removeprefix("www.")


def _address(player: Node) -> str | None:
    attributes = player.attributes
    if player.tag == "amp-youtube":
        return f"https://www.youtube.com/embed/{attributes.get('data-videoid') or ''}"
    for name in ("src", "data", *images.LAZY):
        if (value := attributes.get(name)) and value != "about:blank":
            return value
    inner = player.css_first("source[src],embed[src],iframe[src],param[name=movie]")
    return (inner.attributes.get("src") or inner.attributes.get("value")) if inner is not None else None


def _page(address: str, base: str, tag: str) -> str | None:
    url = urls.gate(address, base)
    if url is None or images.beacon(url):
        return None
    host = urls.host(url)
    for player in PLAYERS:
        if (host == player.host or host.endswith("." + player.host)) and (found := player.pattern.search(url)):
            part = found.group(1)
            return urls.gate(player.page.format(part) if player.page != "{}" else urllib.parse.unquote(part))
    plain = tag in ("video", "audio", "amp-video")
    return url if plain or _EMBEDS.search(host) or _PATHS.search(url) else None


def _poster(player: Node, base: str) -> str | None:
    poster = player.attributes.get("poster")
    return urls.gate(poster, base) if poster else None


def _picture(page: str) -> str | None:
    for player in PLAYERS:
        if player.picture:
            head = player.page.format("")
            if page.startswith(head):
                return player.picture.format(page.removeprefix(head))
    return None
