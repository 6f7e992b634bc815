"""Title, authors, date, language, picture and address of a page, by what it says of itself."""

from __future__ import annotations

import datetime
import email.utils
import re
from collections.abc import Iterator
from typing import Any

from aggregator.core import text, urls
from aggregator.core.extract.head import Head

_NAMES = 20
_LIKE = 0.5  # share of words that a heading and the head's title have in common
_LONGEST = 200  # characters of a name
_ARTICLE = re.compile(r"Article|Posting|Report|Review|Recipe|Podcast|VideoObject|WebPage|HowTo|Event|CreativeWork")
_SURE = re.compile(r"Article|Posting|Report")
_DAY = re.compile(r"((?:19|20)\d\d)[-/.](\d\d?)[-/.](\d\d?)(?!\d)")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?=[/_-]|$)")
_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")
_FRACTION = re.compile(r"\.\d+")
_BY = re.compile(
    r"(?i)^(?:(?:written |posted |published |reporting |words |story |text )?by|von|par|por|di|door|av|af|od|autor(?:ka|in)?|auteur|autore|author|автор|текст)\b\s*:?\s+"
)
_PARTED = re.compile(r"\s*(?:[;|•·]|,(?! (?:Jr|Sr|MD|PhD)\b)|\s(?:and|und|et|y|e|og|och|en|i|и)\s|\s&\s)\s*")
_NO_NAME = re.compile(
    r"(?i)https?:|www\.|@|^(?:admin|administrator|editor|staff|redaktion|redacci[oó]n|null|none|undefined|unknown|n/a)$"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$")
_SUFFIX = re.compile(r"\s+(?:[|–—»·•:]|-{1,2})\s+")
_DATES = (
    "article:published_time og:published_time datepublished date dc.date dc.date.issued dcterms.date dcterms.created dcterms.issued date.publish pubdate publishdate "
    "publish-date publish_date publication_date parsely-pub-date sailthru.date cxenseparse:recs:publishtime citation_publication_date citation_date "
    "article.published article:published last-modified-date originalpublicationdate displaydate datecreated rnews:datepublished"
).split()
_WRITERS = "author article:author dc.creator dcterms.creator parsely-author sailthru.author byl byline cxenseparse:author citation_author creator twitter:creator:name".split()


def title(head: Head, headings: list[str]) -> str:
    """What the article is called: as the heading says that is most like what the head says, else as the head says, without the site's name."""
    named = _first(head, "headline"), head.metas.get("og:title", ""), head.metas.get("twitter:title", ""), head.title
    whole = next(filter(None, map(text.title, named)), "")
    said = set(text.words(whole))
    shown = [text.title(heading).lstrip(" :") for heading in headings]
    alike = [len(said.intersection(words := text.words(heading))) / (len(said.union(words)) or 1) for heading in shown]
    like = max(alike, default=0.0)
    if shown and (like >= _LIKE or not whole):
        heading = shown[alike.index(like)]
        return whole if whole.endswith(": " + heading) else heading
    return _bare(whole, text.title(head.metas.get("og:site_name", ""))) if whole else ""


def _bare(whole: str, site: str) -> str:
    """A title without the name of the site before or after it."""
    parts = _SUFFIX.split(whole)
    if len(parts) < 2:
        return whole
    for end, part in ((True, parts[-1]), (False, parts[0])):
        if site and part.casefold() == site.casefold():
            return whole[: whole.rindex(part)].rstrip(" |–—»·•:-") if end else whole[len(part) :].lstrip(" |–—»·•:-")
    longest = max(parts, key=len)
    return longest if "|" in whole and len(longest) * 2 > len(whole) else whole


def published(head: Head, times: list[str], url: str) -> datetime.datetime | None:
    """When the article appeared, in UTC; a day without a time begins it."""
    said = [
        _first(head, "datePublished"),
        *(head.metas.get(name, "") for name in _DATES),
        _first(head, "dateCreated"),
        _first(head, "uploadDate"),
        *times,
    ]
    for value in said:
        found = moment(value) if value else None
        if found is not None:
            return found
    in_address = _IN_ADDRESS.search(url)
    return _day(*in_address.groups()) if in_address else None


def moment(value: str) -> datetime.datetime | None:
    """A time as pages write it (ISO 8601, RFC 5322, or with a day in it), in UTC."""
    value = value.strip()[:60]
    try:
        read = datetime.datetime.fromisoformat(_FRACTION.sub("", _ZONE.sub(r"\1:\2", value)))
    except ValueError:
        try:
            read = email.utils.parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            day = _DAY.search(value)
            return _day(*day.groups()) if day else None
    try:
        zoned = read.replace(tzinfo=datetime.UTC) if read.tzinfo is None else read.astimezone(datetime.UTC)
    except OverflowError:
        return None
    return zoned if 1990 <= zoned.year <= 2100 else None


def _day(year: str, month: str, day: str) -> datetime.datetime | None:
    try:
        return datetime.datetime(int(year), int(month), int(day), tzinfo=datetime.UTC)
    except ValueError:
        return None


def authors(head: Head, bylines: list[str]) -> tuple[str, ...]:
    """Who wrote it, each name once."""
    told = [name for value in _articles(head) for name in _persons(value.get("author"))]
    if not told:
        told = [name for key in _WRITERS if key in head.metas for name in _PARTED.split(head.metas[key])]
    names = [name for name in map(_name, told) if name]
    if not names:
        names = [name for line in bylines[:5] for name in map(_name, _PARTED.split(line)) if name and len(name) <= 60]
    return tuple(dict.fromkeys(names))[:_NAMES]


def _persons(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield from _PARTED.split(value[:1000])
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, str):
            yield name
        elif depth < 3:
            yield from _persons(name, depth + 1)
    elif isinstance(value, list) and depth < 3:
        for one in value[:_NAMES]:
            yield from _persons(one, depth + 1)


def _name(value: str) -> str:
    name = _BY.sub("", text.plain(value[:1000])).strip(" ,;:|-–—")
    return "" if not name or _NO_NAME.search(name) or not any(map(str.isalpha, name)) else text.shorten(name, _LONGEST)


def language(head: Head, declared: str) -> str:
    """The language tag (BCP 47) that the page declares; "" when it declares none that looks like one."""
    for value in (declared, head.metas.get("content-language", ""), _first(head, "inLanguage"), head.metas.get("og:locale", "")):
        tag = value.strip().split(",")[0]
        if _LANGUAGE.match(tag):
            return tag.replace("_", "-")[:20]
    return ""


def image(head: Head, base: str) -> str | None:
    """The picture that the page shows when it is shared."""
    named = [
        head.metas.get(key, "")
        for key in (
            "og:image:secure_url",
            "og:image",
            "og:image:url",
            "twitter:image",
            "twitter:image:src",
            "image",
            "thumbnailurl",
        )
    ]
    for value in (*named[:5], *(_address(value.get("image")) for value in _articles(head)), *named[5:]):
        found = urls.gate(value.strip(), base) if value and value.strip() and value[:5] != "data:" else None
        if found is not None:
            return found
    return None


def _address(value: Any) -> str:
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("url") or value.get("contentUrl") or ""
    return value if isinstance(value, str) else ""


def link(head: Head, canonical: str, url: str) -> str | None:
    """What the page calls its own address, if that is on the same host."""
    for value in (canonical, head.metas.get("og:url", "")):
        found = urls.gate(value, url) if value else None
        if found is not None and _site(urls.host(found)) == _site(urls.host(url)):
            return found
    return None


def _site(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")


def _articles(head: Head) -> list[dict[str, Any]]:
    """The JSON-LD objects that are articles; where there is none, those that are works of another kind."""
    for kinds in (_SURE, _ARTICLE):
        found = [value for value in head.data if kinds.search(str(value.get("@type", ""))[:200])]
        if found:
            return found
    return []


def _first(head: Head, key: str) -> str:
    return next((value[key] for value in _articles(head) if isinstance(value.get(key), str) and value[key].strip()), "")
