"""What makes a file valid: RFC 4287 by its RELAX NG, JSON Feed by its schema, RSS by the rules that the W3C validator applies."""

import collections
import json
import pathlib
import re
import urllib.parse

import jsonschema
import lxml.etree

_SCHEMAS = pathlib.Path(__file__).parents[2] / "yardsticks" / "schemas"
_ATOM = lxml.etree.RelaxNG(file=str(_SCHEMAS / "atom.rng"))
_JSON = jsonschema.Draft7Validator(json.loads((_SCHEMAS / "schema-v1.1.json").read_text()))

_URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+.-]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#\[\]]+")
_DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} (19[9]|2[01]\d)\d \d\d:\d\d:\d\d \+0000")
_MEDIA = re.compile(r'[^\s()<>,;:\\"/\[\]?=]+/[^\s()<>,;:\\"/\[\]?=]+(\s*;.*)?')
_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
_CHANNEL = {
    "title",
    "link",
    "description",
    "language",
    "copyright",
    "lastBuildDate",
    "docs",
    "generator",
    "image",
    "atom:link",
    "item",
    *("itunes:author", "itunes:explicit", "itunes:image"),
}
_ITEM = {
    *("title", "link", "description", "content:encoded", "guid", "pubDate", "category", "enclosure", "source", "atom:link"),
    *("dc:creator", "dc:language", "dc:rights", "media:thumbnail", "itunes:duration"),
    *("itunes:season", "itunes:episode", "itunes:episodeType", "itunes:explicit", "itunes:image"),
}
_MANY = {"item", "atom:link", "category", "dc:creator"}


def atom_problems(data: bytes) -> list[str]:
    """What RELAX NG and the sentences of RFC 4287 that it cannot say find."""
    root = lxml.etree.fromstring(data)
    if not _ATOM.validate(root):
        return [str(error) for error in _ATOM.error_log]
    names = {"a": "http://www.w3.org/2005/Atom"}
    found = []
    for entry in root.iterfind("a:entry", names):
        alternates = entry.xpath("a:link[not(@rel) or @rel='alternate']", namespaces=names)
        if len(alternates) > 1:
            found.append("4.1.2: two alternate links")
        if not alternates and entry.find("a:content", names) is None:
            found.append("4.1.2: neither content nor alternate link")
        if entry.find("a:author", names) is None:
            found.append("4.1.2: no author")
    hrefs = root.xpath("//a:link/@href | //a:icon/text() | //a:logo/text()", namespaces=names)
    return found + [f"no absolute URI: {href}" for href in hrefs if not _URI.fullmatch(href)]


def json_problems(data: bytes) -> list[str]:
    """What the schema finds, and its `format: uri`, which jsonschema does not look at."""
    document = json.loads(data)
    found = [error.message for error in _JSON.iter_errors(document)]
    return found + [f"no absolute URI: {url}" for url in _urls(document) if not _URI.fullmatch(url)]


def _urls(value: object) -> list[str]:
    if isinstance(value, list):
        return [url for item in value for url in _urls(item)]
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key in ("url", "feed_url", "home_page_url", "icon", "image")]
        return own + [url for key, item in value.items() if key != "_aggregator" for url in _urls(item)]
    return []


def rss_problems(data: bytes) -> list[str]:
    """What the W3C validator would call an error or warn of, of all that such a feed can hold."""
    root = lxml.etree.fromstring(data)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        return ["no RSS 2.0"]
    names = [_name(child) for child in channel]
    found = _shape("channel", names, _CHANNEL, {"title", "link", "description", "lastBuildDate", "generator"})
    if "item" in names and set(names[names.index("item") :]) != {"item"}:
        found.append("MisplacedItem: metadata behind an item")
    if [link.get("rel") for link in channel.iterfind("atom:link", {"atom": "http://www.w3.org/2005/Atom"})].count("self") != 1:
        found.append("MissingAtomSelfLink")
    found += _values(channel)
    items = channel.findall("item")
    for item in items:
        found += _item(item)
    guids = collections.Counter(item.findtext("guid") for item in items)
    return found + [f"DuplicateValue: guid {guid}" for guid, count in guids.items() if count > 1]


def _name(element: lxml.etree._Element) -> str:
    name = lxml.etree.QName(element)
    return f"{_PREFIXES[name.namespace]}:{name.localname}" if name.namespace else name.localname


def _shape(parent: str, names: list[str], allowed: set[str], required: set[str]) -> list[str]:
    counted = collections.Counter(names)
    return (
        [f"UndefinedElement: {name} in {parent}" for name in counted if name not in allowed]
        + [f"MissingElement: {name} in {parent}" for name in required if not counted[name]]
        + [f"DuplicateElement: {name} in {parent}" for name, count in counted.items() if count > 1 and name not in _MANY]
    )


def _item(item: lxml.etree._Element) -> list[str]:
    names = [_name(child) for child in item]
    found = _shape("item", names, _ITEM, {"title", "guid", "pubDate", "dc:creator"})
    if "content:encoded" in names and "description" not in names[: names.index("content:encoded")]:
        found.append("NeedDescriptionBeforeContent")
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink") != "false":
        found.append("InvalidPermalink: our ids are no addresses")
    return found + _values(item)


def _values(parent: lxml.etree._Element) -> list[str]:
    found = []
    for child in parent:
        name, value = _name(child), child.text or ""
        if name in ("title", "guid", "category", "dc:creator") and not value.strip():
            found.append(f"NotBlank: {name}")
        if name in ("link", "docs") and not _URI.fullmatch(value):
            found.append(f"InvalidFullLink: {value}")
        if name in ("pubDate", "lastBuildDate") and not _DATE.fullmatch(value):
            found.append(f"InvalidRFC2822Date: {value}")
        if name in ("language", "dc:language") and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", value):
            found.append(f"InvalidLanguage: {value}")
        found += _attributes(name, child)
    return found


def _attributes(name: str, element: lxml.etree._Element) -> list[str]:
    needed = {
        "enclosure": {"url", "type", "length"},
        "source": {"url"},
        "media:thumbnail": {"url"},
        "atom:link": {"rel", "href"},
    }.get(name, set())
    found = [f"MissingAttribute: {attribute} of {name}" for attribute in needed - set(element.attrib)]
    for attribute, value in element.attrib.items():
        if attribute in ("url", "href") and not (
            _URI.fullmatch(value) and urllib.parse.urlsplit(value).scheme in ("http", "https")
        ):
            found.append(f"InvalidURLAttribute: {value}")
        if attribute == "type" and not _MEDIA.fullmatch(value):
            found.append(f"InvalidMIMEAttribute: {value}")
        if attribute == "length" and not value.isdecimal():
            found.append(f"InvalidIntegerAttribute: {value}")
    return found
