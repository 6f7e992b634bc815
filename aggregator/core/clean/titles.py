"""Titles without what is not theirs: the name of the site, marks of the newsroom.

Nothing goes by its shape alone. A name goes when it is known to be one of the source (`affixes_of` says what it is called,
`affixes_in` what its titles carry, so that what recurs can be counted); a mark when every word of it is on the list of its language.
Titles come in as plain text: tags and entities are the business of `text.title`, where it is still known what the feed meant by them.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Mapping

from aggregator.core import text

_LONGEST = 2000  # characters; longer titles are only put on one line
_LONGEST_AFFIX = 80
_MOST_WORDS = 6
_DENSE = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_PARTING = re.compile(
    rf" ?[|｜¦丨] ?| (?:[-–—―·•»«›‹~]|::|//|--|\|\|) |(?<=[{_DENSE}])[-–—_]{{1,2}}(?=\S)|(?<=\S)[-–—_]{{1,2}}(?=[{_DENSE}])"
)
_NAMED = re.compile(r"([^:：]{3,80}): (?=\S)")
_OPENED = re.compile(r"[\[(（［【〔]([^\[\](){}（）［］【】〔〕]{1,40})[\])）］】〕] ?:? ?")
_CLOSED = re.compile(r" ?[\[(（［【〔]([^\[\](){}（）［］【】〔〕]{1,40})[\])）］】〕]\Z")
_LED = re.compile(r"([^:：!|]{2,40}?)(?:: |：|! ?[:|–—-] | ?\| )(?=\S)")
_NUMBERED = re.compile(r"(?:UPDATE|WRAPUP|RPT)(?: \d{1,2})?-(?=[A-Z])")
_JOINS = re.compile(r"[\s,/&+]+")
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\Z")
_ARTICLES = ("the ", "der ", "die ", "das ", "le ", "la ", "les ", "el ", "los ", "il ", "lo ", "o ", "a ", "de ", "het ")
_SECOND = frozenset(["co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gob", "gouv"])


def clean_title(title: str, affixes: frozenset[str]) -> str:
    """A plain title on one line, without the names in `affixes` and the newsroom's marks at its edges.

    Never emptied: what would leave no word of its own stays. Idempotent.
    """
    left = text.one_line(title)
    if len(left) > _LONGEST:
        return left
    before = ""
    while before != left:
        before = left
        left = _unnamed(_unmarked(left), affixes)
    return left


def affixes_of(names: Iterable[str]) -> frozenset[str]:
    """How a source is called, as affixes: from its configured name, the title of its feed, its host, in any order.

    Parts of a title that are about the feed ("RSS", "Latest news") or name a section only are left out.
    """
    return frozenset(key for name in names for part in _called(text.one_line(name)[:_LONGEST]) if (key := _named(part)))


def affixes_in(title: str) -> tuple[str, ...]:
    """What a title carries at its edges that may be a name: its last and first part, folded, of at most six words."""
    line = text.one_line(title)
    parts = _parts(line) if len(line) <= _LONGEST else []
    found = [_named(part) for part in (parts[-1], parts[0]) if len(text.words(part)) <= _MOST_WORDS] if len(parts) > 1 else []
    return tuple(dict.fromkeys(filter(None, found)))


@functools.cache
def _lists() -> Mapping[str, frozenset[str]]:
    """Section of titles.txt -> its entries, folded."""
    found: dict[str, set[str]] = {}
    section: set[str] = set()
    for line in importlib.resources.files(__package__).joinpath("titles.txt").read_text("utf-8").splitlines():
        if line.startswith("= "):
            section = found.setdefault(line[2:], set())
        elif line and not line.startswith("#"):
            section |= {_folded(entry) for entry in line.partition(" ")[2].split(";")}
    return {name: frozenset(entries) for name, entries in found.items()}


def _folded(value: str) -> str:
    return " ".join(text.words(value))


def _named(part: str) -> str:
    """An affix: a name without case, punctuation and spaces ("The Quay" is thequay, as in the host); "" for what is no name."""
    folded = _folded(part) if len(part) <= _LONGEST_AFFIX else ""
    return "" if folded in _lists()["kinds"] or folded in _lists()["feed"] else folded.replace(" ", "")


def _parts(title: str) -> list[str]:
    return [part for part in _PARTING.split(title) if part.strip()]


def _called(name: str) -> Iterable[str]:
    """The ways to say a name: whole, by its parts, without what a feed adds and a leading article."""
    if _HOST.match(name.lower()):
        labels = name.lower().removeprefix("www.").split(".")
        brand = labels[-3] if len(labels) > 2 and labels[-2] in _SECOND else labels[-2]
        yield from (".".join(labels), brand) if len(brand) > 2 else (".".join(labels),)
        return
    for part in (name, *_parts(name)):
        folded = _folded(part)
        for said in (folded, _unfed(folded)):
            yield said
            yield from (said[len(article) :] for article in _ARTICLES if said.startswith(article) and " " in said[len(article) :])


def _unfed(folded: str) -> str:
    """A folded name without what a feed adds, in front only where that is more than one word or about feeds; "" if little is left."""
    words, added = folded.split(), _lists()["feed"]
    while words:
        behind = next((n for n in (4, 3, 2, 1) if n < len(words) and " ".join(words[-n:]) in added), 0)
        before = next((n for n in (4, 3, 2) if n < len(words) and " ".join(words[:n]) in added), 0) or int(words[0] == "rss")
        if not behind and not before:
            break
        words = words[:-behind] if behind else words[before:]
    left = " ".join(words)
    return left if len(left) > 2 and left + " " not in _ARTICLES else ""


def _unnamed(title: str, affixes: frozenset[str]) -> str:
    """Without a known name at one edge: behind the last signs that part, before the first, or before a colon."""
    if not affixes:
        return title
    if (led := _NAMED.match(title)) and " " in led[1].strip() and _named(led[1]) in affixes and _tells(title[led.end() :], 2):
        return title[led.end() :]
    quotes = "«" in title and "»" in title
    signs = [found.span() for found in _PARTING.finditer(title) if not (quotes and found[0].strip() in ("«", "»"))]
    for start, end in signs[-3:]:
        if _named(title[end:]) in affixes and _tells(title[:start], 1):
            return title[:start].rstrip()
    for start, end in reversed(signs[:3]):
        if _named(title[:start]) in affixes and _tells(title[end:], 2):
            return title[end:].lstrip()
    return title


def _unmarked(title: str) -> str:
    """Without a mark of the newsroom at one edge."""
    if found := _NUMBERED.match(title):
        return title[found.end() :]
    lists = _lists()
    if (found := _OPENED.match(title)) and _marks(found[1], lists["first"] | lists["last"]) and _tells(title[found.end() :], 1):
        return title[found.end() :]
    if (found := _CLOSED.search(title)) and _marks(found[1], lists["first"] | lists["last"]) and _tells(title[: found.start()], 1):
        return title[: found.start()]
    if (found := _LED.match(title)) and _marks(found[1], lists["first"]) and _tells(title[found.end() :], 2):
        return title[found.end() :]
    return title


def _marks(said: str, known: frozenset[str]) -> bool:
    """Whether words are a mark as a whole, or a few marks in a row ("photos & video", "update 2")."""
    folded = _folded(said)
    if folded in known:
        return True
    parts = [part for part in map(_folded, _JOINS.split(said)) if part and part not in _lists()["joins"]]
    named = [part for part in parts if not part.isdecimal()]
    if not 0 < len(named) <= 4 or not all(part in known for part in named):
        return False
    return len(named) == len(parts) or named[0] in _lists()["first"]


def _tells(rest: str, least: int) -> bool:
    """Whether what would be left is a title: so many words with letters, or one of a script that writes without spaces."""
    words = [word for word in text.words(rest) if any(letter.isalpha() for letter in word)]
    return len(words) >= least or any(len(word) >= 4 and not word.isascii() for word in words)
