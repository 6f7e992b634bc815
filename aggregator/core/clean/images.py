"""Pictures as readers can load them: lazy ones mended, beacons gone, one address each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import selectolax.lexbor

from aggregator.core import urls
from aggregator.core.clean import addresses

Node = selectolax.lexbor.LexborNode
Attributes = Mapping[str, str | None]
LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-orig",
    "data-url",
    "data-orig-file",
    "data-large-file",
    "data-medium-file",
    "data-lazy",
    "data-lazyload",
    "data-lazy-load",
    "data-lazyimage-src",
    "data-flickity-lazyload",
    "data-delayed-url",
    "data-defer-src",
    "data-hi-res-src",
    "data-full-src",
    "data-big-src",
    "data-normal",
    "data-img",
    "data-img-src",
    "data-img-url",
    "data-image",
    "data-image-src",
    "data-image-url",
    "data-actualsrc",
    "data-echo",
    "data-ezsrc",
    "data-cfsrc",
    "data-rsrc",
    "data-load",
    "nitro-lazy-src",
    "data-original-mos",
    "data-2000src",
    "data-1000src",
    "data-800src",
    "data-655src",
    "data-500src",
    "data-380src",
)
SETS = ("data-srcset", "data-lazy-srcset", "data-flickity-lazyload-srcset", "nitro-lazy-srcset", "srcset")
_WAITING = frozenset([*LAZY, "data-srcset", "data-lazy-srcset"])
_CANDIDATES = frozenset([*LAZY, *SETS])
_LONGEST_SET = 20_000  # characters
_MOST = 50  # candidates of a set, and attributes of a picture, that are looked at
_WIDEST = 1600  # pixels; wider ones only cost readers time
_DENSEST = 2.0  # pixels of a picture for one of a screen; the same
_SPACERS = r"(?:[_.-]?(?:image|img|pixel|placeholder|bg|white|gr[ea]y|lazy|small|large|min|\d{1,4}(?:x\d{1,4})?)){0,4}"
_PLACEHOLDER = re.compile(
    r"[/_.-]placeholder[\w-]{0,40}\.(?:gif|png|svg|jpe?g|webp)"
    rf"|[/_.-](?:spacer|lazyload(?:er)?|1x1){_SPACERS}\.(?:gif|png|svg|jpe?g|webp)"
    rf"|[/_.-](?:blank|lazy|load(?:ing|er)){_SPACERS}\.(?:gif|png|svg)"
    rf"|/(?:blank|transparent|lazy|load(?:ing|er)|pixel|empty|trans|gr[ea]y){_SPACERS}\.(?:gif|png|svg|jpe?g|webp)"
)
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)")
_SET = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)\S{0,1000} \d{1,5}(?:\.\d{1,3})?[wx]\b")
_TINY = re.compile(
    r"(?:^|;)\s{0,9}(?:(?:width|height)\s{0,9}:\s{0,9}[0-2](?:px)?\s{0,9}(?:;|!|$)|display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)"
)
_EMOJI = re.compile(
    r"//s\.w\.org/images/core/emoji/|//[^/]{0,80}twimg\.com/emoji/|/twemoji|/wp-includes/images/smilies/|notoemoji|/images/emoji\.php/"
    r"|/images/icons/emoji/|/smil(?:ies|eys)/"
)
_EMOJI_CLASS = re.compile(r"(?:^|[\s-])(?:wp-smiley|twemoji|emoji|smiley)(?:$|[\s_-])")
_EMOJI_LONGEST = 16  # characters of what such a picture stands for


def beacon(url: str) -> bool:
    """Whether an address is known to serve nothing but a count of readers."""
    return addresses.listed("beacons.txt", url)


def usable(url: str, base: str) -> str | None:
    """The gated address of a picture, None for a placeholder, a beacon, or what may not be followed."""
    found = _gated(url, base)
    return None if found is None or beacon(found) else found


def mend(image: Node, base: str) -> bool:
    """Give a picture the one address it is to be loaded from; False when it has none, is a beacon or an emoji, and is gone."""
    attributes = image.attributes
    if _is_emoji(attributes):
        image.replace_with(attributes.get("alt") or "")
        return False
    url = None if invisible(attributes) else address(attributes, base)
    if url is None or beacon(url):
        image.decompose()
        return False
    image.attrs["src"] = url
    for name in ("width", "height"):
        if name in attributes:
            _measure(image, name, (attributes[name] or "").strip().lower().removesuffix("px"))
    return True


def _measure(image: Node, name: str, said: str) -> None:
    """A side as HTML wants it: a number of pixels."""
    whole = said.partition(".")[0]
    if whole.isascii() and whole.isdecimal() and len(whole) <= 5 and said.replace(".", "", 1).isdecimal():
        image.attrs[name] = whole
    else:
        del image.attrs[name]


def address(attributes: Attributes, base: str) -> str | None:
    """The address of a picture: its own, or what a script would have put in its place."""
    own = _gated(attributes.get("src"), base)
    if own is not None and not _put_later(attributes):
        return own
    if not _CANDIDATES.isdisjoint(attributes):
        for name in LAZY:
            if (found := _gated(attributes.get(name), base)) is not None:
                return found
        for name in SETS:
            if (found := widest(attributes.get(name) or "", base)) is not None:
                return found
    return own or _lookalike(attributes, base)


def widest(candidates: str, base: str) -> str | None:
    """The best of a srcset (HTML 4.8.4.2.1): the widest up to 1,600 pixels, or of the highest density up to 2."""
    best, found = float("-inf"), None
    for number, (url, descriptor) in enumerate(_candidates(candidates[:_LONGEST_SET])):
        size = _size(descriptor)
        if number >= _MOST:
            break
        if size > best and (gated := _gated(url, base)) is not None:
            best, found = size, gated
    return found


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    url = ""
    for token in srcset.split():
        if url:
            descriptor, _, following = token.partition(",")
            yield url, descriptor
            url = following.strip(",")
        elif token.endswith(","):
            yield token.strip(","), ""
        else:
            url = token.strip(",")
    if url:
        yield url, ""


def _size(descriptor: str) -> float:
    number = descriptor[:-1]
    if not number.isascii() or not number.replace(".", "", 1).isdecimal() or len(number) > 6:
        return 1.0
    size = float(number)
    return -size if size > (_WIDEST if descriptor.endswith("w") else _DENSEST) else size


def _gated(url: str | None, base: str) -> str | None:
    if not url or len(url) > urls.LONGEST or url[:5].lower() == "data:" or _PLACEHOLDER.search(url.lower()):
        return None
    return urls.gate(url, base)


def _put_later(attributes: Attributes) -> bool:
    """Whether a script is to replace the picture's own address: it says "lazy" in its class or in the name of what it keeps."""
    lazy = "lazy" in (attributes.get("class") or "")
    return any(attributes[name] and (lazy or "lazy" in name) for name in _WAITING.intersection(attributes))


def waits(attributes: Attributes) -> bool:
    """Whether a picture waits for a script, by its class or by what it keeps for it."""
    lazy = "lazy" in (attributes.get("class") or "")
    return lazy or any(attributes[name] for name in _WAITING.intersection(attributes))


def _lookalike(attributes: Attributes, base: str) -> str | None:
    """Any other attribute that reads like the address of a picture, or several (the rule of Mozilla's Readability)."""
    for name, value in list(attributes.items())[:_MOST]:
        if not value or name in ("alt", "title", "src", "style", "class") or len(value) > _LONGEST_SET:
            continue
        said = value.strip()
        if " " not in said and _PICTURE.search(said):
            return _gated(said, base)
        if " " in said and said[0] not in "{[" and _SET.search(said):
            return widest(said, base)
    return None


def invisible(attributes: Attributes) -> bool:
    """Two pixels or less in a direction, or hidden: made to be loaded, not seen."""
    sides = [(attributes.get(name) or "").strip().lower().removesuffix("px") for name in ("width", "height")]
    return any(side in ("0", "1", "2") for side in sides) or bool(_TINY.search((attributes.get("style") or "")[:2000].lower()))


def _is_emoji(attributes: Attributes) -> bool:
    """A picture of a character that says in its `alt` which one it stands for."""
    said = attributes.get("alt")
    if not said or len(said) > _EMOJI_LONGEST:
        return False
    if _EMOJI.search(attributes.get("src") or ""):
        return True
    return " " not in said.strip() and bool(_EMOJI_CLASS.search(attributes.get("class") or ""))
