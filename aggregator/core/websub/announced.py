"""What a document says of hubs, as far as it may be believed (WebSub 4)."""

from __future__ import annotations

import dataclasses
import urllib.parse
from collections.abc import Callable

from aggregator.core import model, urls

HUBS = 3  # of one source that are tried


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where hubs reach us: `base` ends with a slash; `own` tells which addresses are the user's own, as `allow_addresses` says."""

    base: str
    own: Callable[[str], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Announced:
    """What can be subscribed to: a topic, at the first of these hubs that works; `document` is where the source was read."""

    topic: str
    hubs: tuple[str, ...]
    document: str


def announced(response: model.Response, feed: model.Feed, place: Place, *, allow: bool = True) -> Announced | None:
    """What a source that was read announces; Link fields go before the document. None when that is nothing we may ask for.

    With `allow` off, it may not name hubs in the user's own networks.
    """
    hubs = [usable for hub in (*response.hubs, *feed.hubs) if (usable := _usable(hub, place, allow=allow))]
    topic = urllib.parse.urldefrag(response.topic or feed.url or response.url).url
    if not hubs or urls.redact(topic) != topic or _owner(topic) != _owner(response.url):
        return None
    return Announced(topic, tuple(dict.fromkeys(hubs))[:HUBS], response.url)


def _usable(hub: str, place: Place, *, allow: bool) -> str | None:
    """A hub as we would ask it; a secret goes to it, so by https only, unless it is the user's own.

    A callback in the user's own network is no use to hubs elsewhere, and is not told to them.
    """
    if place.own(hub):
        return hub if allow else None
    parts = urllib.parse.urlsplit(hub)
    if place.own(place.base) or (parts.scheme == "http" and parts.port is not None):
        return None
    return parts._replace(scheme="https").geturl()


def _owner(url: str) -> str:
    """Whose an address is: others of his may speak for it. On an address without a name many programs may live."""
    host = urls.host(url)
    domain = urls.domain(host)
    return domain if "." in domain and not domain.rpartition(".")[2].isdigit() else urllib.parse.urlsplit(url).netloc
