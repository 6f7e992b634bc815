"""Which stored entry an entry of a document is: everything it was ever known by leads to one published id."""

from __future__ import annotations

import collections
import dataclasses
import re
import urllib.parse
import uuid
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import model, text, urls
from aggregator.core.dedupe import near

TELLING = 40  # words; a text this long is no coincidence
_WHOLE = 3  # parts of a name; those of fewer may be those of another article
_BEHIND_HOST = re.compile(r"^[^/?#]*/?")


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """A stored entry of the same source, found by one of its keys. `row` is None when retention has taken it."""

    row: int | None
    id: str  # the published one
    own_id: str
    link: str | None
    title: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Identified:
    """An entry of a document with what it is known by, and the stored entry it is, if any."""

    cleaned: model.Cleaned
    own_id: str  # as the source gave it
    hash: str  # of the entry as it came
    keys: tuple[str, ...]
    id: str  # the published one
    known: Known | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Described:
    """An entry of a document, as it came and cleaned, with all that it could be known by."""

    entry: model.Entry
    cleaned: model.Cleaned
    hash: str  # as it came
    keys: tuple[str, ...]  # see `keys`
    names: tuple[tuple[str, ...], ...]  # what its published id may be made of, the best first
    whole: tuple[str, ...]  # all that it says


def hash_of(entry: model.Entry) -> str:
    """What changes when anything in an entry changes."""
    return text.digest(repr(entry))


def describe(entries: Sequence[tuple[model.Entry, model.Cleaned]], hashes: Sequence[str] = ()) -> tuple[Described, ...]:
    """The entries of a document, as they came and cleaned; `hashes` are theirs, where they are known already."""
    document = _document(entries)
    known = hashes or [hash_of(entry) for entry, _ in entries]
    return tuple(
        Described(entry, cleaned, value, keys(entry, cleaned, document), tuple(_names(entry, whole, document)), whole)
        for (entry, cleaned), value, whole in zip(entries, known, document.whole, strict=True)
    )


def identify(
    first_url: str,
    document: Sequence[Described],
    known: Mapping[str, Known],
    taken: frozenset[str] = frozenset(),
) -> tuple[Identified, ...]:
    """Pair the entries of a document with the stored ones.

    `known` maps keys (see `every_key`) to stored entries of this source; `taken` are published ids that unchanged entries of
    the same document already stand for. What says the same as others and has no name left is left out.
    """
    whole = [tuple(_use(name) for name in one.names if len(name) >= _WHOLE) for one in document]
    matches = _matches(document, [one.keys + uses for one, uses in zip(document, whole, strict=True)], known, taken)
    used = {key for key in known if key[0] == "u"}
    result: list[Identified] = []
    for one, match in zip(document, matches, strict=True):
        name = None if match else next((name for name in one.names if _use(name) not in used), None)
        if match or name:
            uses = {_use(taken_up) for taken_up in (name, one.whole) if taken_up} - used
            used |= uses
            published = match.id if match else _published(first_url, name or ())
            result.append(Identified(one.cleaned, one.entry.id, one.hash, _known_by(one, uses), published, match))
    return tuple(result)


def _known_by(one: Described, uses: set[str]) -> tuple[str, ...]:
    return (*one.keys, *sorted(uses), f"h:{one.hash}")


def _published(first_url: str, name: tuple[str, ...]) -> str:
    """An id for ever (RFC 4122, version 5): the same in every store."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join((first_url, *name))).urn


def every_key(document: Iterable[Described]) -> frozenset[str]:
    """All that the entries of a document could be known by: what to ask the store for before `identify`."""
    described = tuple(document)
    found = {key for one in described for key in one.keys}
    return frozenset(found | {_use(name) for one in described for name in one.names})


@dataclasses.dataclass(frozen=True, slots=True)
class _Document:
    """Links and ids that several of its entries carry; they tell none from the others. And what each says, and how often."""

    links: frozenset[str]
    ids: frozenset[str]
    whole: Sequence[tuple[str, ...]]
    said: Mapping[tuple[str, ...], int]


def _document(entries: Sequence[tuple[model.Entry, model.Cleaned]]) -> _Document:
    links = _repeated(urls.normalise(entry.link) for entry, _ in entries if entry.link)
    whole = [_everything(entry, cleaned) for entry, cleaned in entries]
    return _Document(links, _repeated(entry.id for entry, _ in entries), whole, collections.Counter(whole))


def _repeated(values: Iterable[str]) -> frozenset[str]:
    count = collections.Counter(values)
    return frozenset(value for value, times in count.items() if value and times > 1)


def _matches(
    document: Sequence[Described], own: Sequence[tuple[str, ...]], known: Mapping[str, Known], taken: frozenset[str]
) -> list[Known | None]:
    """The stored entry of each entry, the surest evidence first; each only once."""
    claimed = set(taken)
    matches: list[Known | None] = [None] * len(document)
    for kinds, convinces in (("il", _is), ("put", _is), ("il", _may_be)) if known else ():
        for place, one in enumerate(document):
            for key in own[place]:
                candidate = known.get(key) if key[0] in kinds and matches[place] is None else None
                if candidate is not None and candidate.id not in claimed and convinces(one.entry, one.cleaned, key[0], candidate):
                    matches[place] = candidate
                    claimed.add(candidate.id)
    return matches


def keys(entry: model.Entry, cleaned: model.Cleaned, document: _Document) -> tuple[str, ...]:
    """What an entry is known by: its id (i), its addresses (l), path and title (p), title and text (t).

    Two kinds come with storing it: what a published id could be made of (u), and its hash as it came (h): then it is unchanged.
    """
    found = [f"i:{text.digest(entry.id)}"] if entry.id else []
    addresses = {urls.normalise(url) for url in (entry.id, entry.link, cleaned.entry.target) if url} - document.links
    title = " ".join(text.words(cleaned.entry.title))
    for address in sorted(address for address in addresses if _path(address)):
        found.append(f"l:{text.digest(address)}")
        if title:
            found.append(f"p:{text.digest(_path(address), title)}")
    said = text.words(cleaned.text)
    if len(said) >= TELLING or not found:
        found.append(f"t:{text.digest(title, ' '.join(said))}")
    return tuple(dict.fromkeys(found))


def early_keys(entry: model.Entry) -> tuple[str, ...]:
    """What an entry is known by before it is cleaned: its id and its addresses, some of `keys`."""
    found = [f"i:{text.digest(entry.id)}"] if entry.id else []
    addresses = {urls.normalise(url) for url in (entry.id, entry.link) if url}
    return (*found, *(f"l:{text.digest(address)}" for address in sorted(addresses) if _path(address)))


def _everything(entry: model.Entry, cleaned: model.Cleaned) -> tuple[str, ...]:
    link, content = urls.normalise(entry.link or ""), text.digest(cleaned.entry.title, cleaned.text)
    return (entry.id or link or content, link, content)


def _names(entry: model.Entry, whole: tuple[str, ...], document: _Document) -> list[tuple[str, ...]]:
    """What its published id may be made of: its own id or link, as far as they tell it from others; all it has; and a number."""
    link = whole[1]
    if entry.id and entry.id not in document.ids:
        names = [(entry.id,), (entry.id, link)]
    elif link in document.links or not _path(link):
        names = []
    else:
        names = [(entry.id, link) if entry.id else (link,)]
    return [*names, whole, *((*whole, str(number)) for number in range(2, document.said[whole] + 2))]


def _use(name: tuple[str, ...]) -> str:
    return f"u:{text.digest(*name)}"


def _path(address: str) -> str:
    """What stands behind the host."""
    return _BEHIND_HOST.sub("", address)


def _is(entry: model.Entry, cleaned: model.Cleaned, kind: str, candidate: Known) -> bool:
    """Whether a candidate found by a key of this kind is the entry.

    An id may be used again for another article, a link may be the same for all: they confirm each other, or the words do.
    """
    if kind in "put":
        return True
    if kind == "i" and entry.link and candidate.link and _page(entry.link) == _page(candidate.link):
        return True
    if kind == "l" and entry.id and entry.id == candidate.own_id:
        return True
    return near.alike(cleaned.entry.title, cleaned.text, candidate.title, candidate.text)


def _may_be(entry: model.Entry, cleaned: model.Cleaned, kind: str, candidate: Known) -> bool:
    """Whether a candidate is taken for the entry although nothing confirms it, because nothing speaks against it.

    With an id that is another link, or words of which none stayed; with a link it is another id.
    """
    if kind == "l":
        return not (entry.id and candidate.own_id)
    unknown = not (candidate.title or candidate.text)
    return not (entry.link and candidate.link) and (unknown or near.overlap(cleaned.text, candidate.text) >= near.ALIKE)


def _page(link: str) -> str:
    """The address of a page without its host, so that a site may move."""
    parts = urllib.parse.urlsplit("//" + urls.normalise(link))
    return parts.path + "?" + parts.query
