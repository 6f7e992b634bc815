"""The made-up sources: who they are, how they misbehave and what they write, read from the files in `texts/`."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import tomllib
from typing import Any, Literal


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """A later version of an article: from second `at` of the script it says this instead."""

    at: float
    title: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """One article. Its text: blocks parted by blank lines; `## ` begins a heading, `- ` a list, `[words](address)` a link."""

    key: str
    title: str
    text: str
    author: str = ""  # default: the source's
    categories: tuple[str, ...] = ()
    caption: str = ""
    place: str = ""  # of the dateline, when its source writes datelines
    duration: str = ""  # of the episode, hh:mm:ss
    dated: Literal["right", "wrong", "future", "missing"] = "right"
    live: bool = False  # appears at a second that the seed gives; else it is there from the start
    at: float | None = None  # … at this second
    blocked: bool = False  # robots.txt closes its page
    edit: Edit | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Copy:
    """An article of another source as this one carries it, `delay` seconds later (minutes, for what is there from the start)."""

    of: str  # the article's key
    title: str
    delay: float
    dateline: bool = False
    quotes: Literal["curly", "straight"] = "curly"
    credit: str = ""  # a line under the text that names the agency
    link_only: bool = False  # a title, a sentence and the original's address
    near: tuple[tuple[str, str], ...] = ()  # wording edits: what is said instead of what


@dataclasses.dataclass(frozen=True, slots=True)
class Boilerplate:
    """What is not the article; `{year}`, `{title}` and `{name}` are filled in."""

    consent: str = ""  # after the first paragraph
    tagged: tuple[str, ...] = ()  # in the middle
    end: tuple[str, ...] = ()  # below the text
    source: str = ""  # the last line of all


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A made-up source; every field after `author` is a habit, the defaults are good ones."""

    slug: str
    name: str
    category: str
    format: Literal["rss", "rdf", "atom", "json"]
    about: str
    note: str  # what is special, for people
    author: str
    language: str = "en"
    encoding: str = "utf-8"
    declare: Literal["both", "http", "xml"] = "both"  # where the encoding is said
    validators: Literal["both", "date", "none"] = "both"
    gzip: bool = False
    teaser: Literal["", "sentences", "cut"] = ""  # the feed carries only the beginning
    body: Literal["content", "description"] = "content"  # the element of RSS that carries the article
    xhtml: bool = False
    guid: bool = True
    permalink: bool = False  # the guid is the link
    double_escaped: bool = False  # titles
    tracking: bool = False  # campaign parameters on links
    pixel: bool = False
    images: Literal["", "svg", "png", "lazy", "none"] = ""
    captions: Literal["", "lone", "figure"] = ""
    audio: bool = False
    dateline: str = ""
    broken: Literal["", "ampersand", "truncated"] = ""
    gone_at: float | None = None  # from this second: 410
    moved_at: float | None = None  # from this second: 301 to …
    moved_to: str = ""
    limit: float = 0.0  # seconds between two answers; sooner: 429
    boilerplate: Boilerplate = Boilerplate()
    articles: tuple[Article, ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def path(self) -> str:
        """Where its feed is, before any move."""
        return f"/{self.slug}/feed.{'json' if self.format == 'json' else 'xml'}"


@functools.cache
def load() -> tuple[Source, ...]:
    """All sources, in the order of their slugs."""
    folder = importlib.resources.files(__package__) / "texts"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(_source(file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8"))) for file in files)


def _source(slug: str, given: dict[str, Any]) -> Source:
    articles = tuple(_article(value) for value in given.pop("article", ()))
    copies = tuple(Copy(**_frozen(value)) for value in given.pop("copy", ()))
    boilerplate = Boilerplate(**_frozen(given.pop("boilerplate", {})))
    return Source(slug=slug, boilerplate=boilerplate, articles=articles, copies=copies, **_frozen(given))


def _article(given: dict[str, Any]) -> Article:
    edit = given.pop("edit", None)
    return Article(edit=Edit(**edit) if edit else None, **_frozen(given))


def _frozen(given: dict[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in given.items()}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
