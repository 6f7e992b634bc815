"""Which stored entry an entry of a document is: everything it was ever known by leads to one published id."""

from __future__ import annotations

import collections
import dataclasses
import urllib.parse
import uuid
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import model, text, urls
from aggregator.core.dedupe import near

TELLING = 40  # words; a text this long is no coincidence


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


def hash_of(entry: model.Entry) -> str:
    """What changes when anything in an entry changes."""
    return text.digest(repr(entry))


def identify(
    first_url: str,
    entries: Sequence[tuple[model.Entry, model.Cleaned]],
    known: Mapping[str, Known],
    taken: frozenset[str] = frozenset(),
) -> tuple[Identified, ...]:
    """Pair the entries of a document, as they came and cleaned, with the stored ones.

    `known` maps keys (see `keys`) to stored entries of this source; `taken` are published ids that unchanged entries of the
    same document already stand for.
    """
    shared = _shared_links(entries)
    own = [keys(entry, cleaned, shared) for entry, cleaned in entries]
    matches = _matches(entries, own, known, taken)
    repeated = _repeated(entry.id for entry, _ in entries)
    used = {candidate.id for candidate in known.values()} | taken
    result: dict[str, Identified] = {}
    for (entry, cleaned), named, match in zip(entries, own, matches, strict=True):
        published = match.id if match else _new_id(first_url, entry, cleaned, repeated=entry.id in repeated, used=used)
        used.add(published)
        result[published] = Identified(cleaned, entry.id, hash_of(entry), (*named, f"h:{hash_of(entry)}"), published, match)
    return tuple(result.values())


def _matches(
    entries: Sequence[tuple[model.Entry, model.Cleaned]],
    own: Sequence[tuple[str, ...]],
    known: Mapping[str, Known],
    taken: frozenset[str],
) -> list[Known | None]:
    """The stored entry of each entry: first by id and link, then what is left by title, path and text; each only once."""
    claimed = set(taken)
    matches: list[Known | None] = [None] * len(entries)
    for kinds in ("il", "pt"):
        for place, (entry, cleaned) in enumerate(entries):
            for key in own[place]:
                candidate = known.get(key) if key[0] in kinds and matches[place] is None else None
                if candidate is not None and candidate.id not in claimed and _is(entry, cleaned, key[0], candidate):
                    matches[place] = candidate
                    claimed.add(candidate.id)
    return matches


def every_key(entries: Sequence[tuple[model.Entry, model.Cleaned]]) -> frozenset[str]:
    """All that the entries of a document could be known by: what to ask the store for before `identify`."""
    shared = _shared_links(entries)
    return frozenset(key for entry, cleaned in entries for key in keys(entry, cleaned, shared))


def _shared_links(entries: Sequence[tuple[model.Entry, model.Cleaned]]) -> frozenset[str]:
    """Links that several entries of one document carry are no identity."""
    return frozenset(_repeated(urls.normalise(entry.link) for entry, _ in entries if entry.link))


def _repeated(values: Iterable[str]) -> set[str]:
    count = collections.Counter(values)
    return {value for value, times in count.items() if value and times > 1}


def keys(entry: model.Entry, cleaned: model.Cleaned, shared: frozenset[str]) -> tuple[str, ...]:
    """Everything an entry is known by: its id (i), its addresses (l), path and title (p), title and text (t).

    What is known by its hash as it came (h) is unchanged."""
    found = [f"i:{text.digest(entry.id)}"] if entry.id else []
    addresses = {urls.normalise(url) for url in (entry.id, entry.link, cleaned.entry.target) if url} - shared - {""}
    title = " ".join(text.words(cleaned.entry.title))
    for address in sorted(address for address in addresses if _path(address)):
        found.append(f"l:{text.digest(address)}")
        if title:
            found.append(f"p:{text.digest(_path(address), title)}")
    said = text.words(cleaned.text)
    if len(said) >= TELLING:
        found.append(f"t:{text.digest(title, ' '.join(said))}")
    if not found:
        found.append(f"t:{text.digest(title, ' '.join(said))}")
    return tuple(dict.fromkeys(found))


def _path(address: str) -> str:
    return address.partition("/")[2] if "/" in address else address.partition("?")[2]


def _is(entry: model.Entry, cleaned: model.Cleaned, kind: str, candidate: Known) -> bool:
    """Whether a candidate found by a key of this kind really is the entry.

    An id may be used again for another article, a link may be the same for all: both need to be confirmed.
    """
    if kind in "pt":
        return True
    agree = near.alike(cleaned.entry.title, cleaned.text, candidate.title, candidate.text)
    if kind == "i":
        return agree or not entry.link or not candidate.link or _page(entry.link) == _page(candidate.link)
    return agree or not entry.id or not candidate.own_id or entry.id == candidate.own_id


def _page(link: str) -> str:
    """The address of a page without its host, so that a site may move."""
    parts = urllib.parse.urlsplit("//" + urls.normalise(link))
    return parts.path + "?" + parts.query


def _new_id(first_url: str, entry: model.Entry, cleaned: model.Cleaned, *, repeated: bool, used: set[str]) -> str:
    """A published id from the source's first url and the entry's own id or link (RFC 4122 version 5): the same in every store."""
    own = entry.id or urls.normalise(entry.link or "") or text.digest(cleaned.entry.title, cleaned.text)
    link = urls.normalise(entry.link or "")
    content = text.digest(cleaned.entry.title, cleaned.text)
    names = [(own, link), (own, link, content)] if repeated else [(own,), (own, link), (own, link, content)]
    for name in names:
        published = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join((first_url, *name))).urn
        if published not in used:
            break
    return published
