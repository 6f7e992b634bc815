"""Identity over many polls of the feeds that the world has: broken ids, constant links, moved hosts."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dedupe, model

FEED = "https://paper.example/feed"
Said = tuple[model.Entry, str]


class Shelf:
    """What a store keeps of one source: what was said last under each published id, and what leads there."""

    def __init__(self) -> None:
        self.entries: dict[str, dedupe.Known] = {}
        self.hashes: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.last: list[Said] = []

    def poll(self, *said: Said, unread: bool = False) -> list[str]:
        """The published ids of a document's entries, stored as the daemon does: what is unchanged is not looked at again.

        `unread`: what the last document brought, and is stored just so, is known by its bytes and not even read.
        """
        read = [one for one in said if not (unread and one in self.last and f"h:{dedupe.hash_of(one[0])}" in self.aliases)]
        document = [(entry, model.Cleaned(entry, text)) for entry, text in read]
        unchanged = {self.aliases[key] for entry, _ in said if (key := f"h:{dedupe.hash_of(entry)}") in self.aliases}
        self.last = list(said)
        by_hash = {dedupe.hash_of(entry): (entry, cleaned) for entry, cleaned in document}
        fresh = [pair for name, pair in by_hash.items() if f"h:{name}" not in self.aliases]
        described = dedupe.describe(fresh)
        asked = dedupe.every_key(described)
        known = {key: self.entries[uid] for key, uid in self.aliases.items() if key in asked}
        found = dedupe.identify(FEED, described, known, frozenset(unchanged))
        self.keep(found)
        ids = [one.id for one in found]
        assert len(set(ids)) == len(ids)
        assert not set(ids) & unchanged
        return sorted({*ids, *unchanged})

    def keep(self, found: tuple[dedupe.Identified, ...]) -> None:
        """Store what is new under an id that nothing has yet, and what changed under the id that it has."""
        for one in found:
            assert (one.id in self.entries) == (one.known is not None)
            cleaned = one.cleaned
            self.entries[one.id] = dedupe.Known(1, one.id, one.own_id, cleaned.entry.link, cleaned.entry.title, cleaned.text)
            self.aliases.pop(f"h:{self.hashes.get(one.id)}", None)
            self.hashes[one.id] = one.hash
            for key in one.keys:
                self.aliases.setdefault(key, one.id)


def said(number: int, **fields: Any) -> Said:
    """An entry about one of many topics."""
    words = " ".join(f"{'abcdefghij'[number]}word{i}" for i in range(20))
    return dataclasses.replace(model.Entry("", title=f"Story about topic{number}", content=words), **fields), words


def test_a_status_page_that_links_home() -> None:
    """One entry at a time, without ids, all with one link: each is an entry of its own."""
    for link in ("https://s.example/", "https://s.example"):
        shelf = Shelf()
        ids = [shelf.poll(said(number, link=link)) for number in range(4)]
        assert len({uid for (uid,) in ids}) == 4


def test_a_constant_link_that_looks_like_one() -> None:
    """What was taken for an article's own link turns out to be everybody's."""
    shelf = Shelf()
    first = shelf.poll(said(0, link="https://s.example/status"))
    assert len({*first, *shelf.poll(*(said(number, link="https://s.example/status") for number in (1, 2)))}) == 3


def test_one_guid_for_everything() -> None:
    """With links and without, now and later, whichever comes first."""
    for link in ("https://s.example/{}", ""):
        shelf = Shelf()
        documents = [[said(number, id="1", link=link.format(number) or None) for number in range(n, n + 3)] for n in range(4)]
        ids = [uid for document in documents for uid in shelf.poll(*document)]
        assert len(set(ids)) == 6
        edited = [(dataclasses.replace(entry, rights="new"), text) for entry, text in reversed(documents[-1])]
        assert shelf.poll(*edited) == ids[-3:] == sorted(ids[-3:])


def test_a_guid_used_again() -> None:
    """For another article it makes another entry, and the first is still known by its link."""
    shelf = Shelf()
    first = shelf.poll(said(0, id="1", link="https://s.example/0"))
    second = shelf.poll(said(1, id="1", link="https://s.example/1"))
    third = shelf.poll(said(2, id="1", link="https://s.example/2"))
    assert len({*first, *second, *third}) == 3
    assert shelf.poll(said(0, id="1", link="https://s.example/0", rights="edited")) == first


def test_a_recurring_title_under_one_guid() -> None:
    """Yesterday's briefing is not today's, although guid and title are the same."""
    shelf = Shelf()
    ids = [shelf.poll(said(day, id="briefing", title="Daily briefing", link=f"https://s.example/{day}")) for day in range(3)]
    assert len({uid for (uid,) in ids}) == 3


def test_the_same_twice_in_one_document() -> None:
    """Copies that differ in nothing but a date stay as many as they are, however often that date changes."""
    shelf = Shelf()
    documents = [[said(0, id="1", link="https://s.example/0", rights=f"{poll}{copy}") for copy in "ab"] for poll in range(5)]
    assert len({tuple(shelf.poll(*document)) for document in documents}) == 1
    assert len(shelf.entries) == 2


def test_a_feed_that_moves_flips_and_changes_its_ids() -> None:
    """One change after the other, nothing is posted again."""
    shelf = Shelf()
    first = shelf.poll(said(0, id="http://s.example/?p=1", link="http://s.example/2026/story"))
    for changed in (
        {"id": "https://s.example/?p=1", "link": "https://s.example/2026/story"},
        {"id": "https://s.example/?p=1", "link": "https://www.s.example/2026/story/?utm_source=rss"},
        {"id": "tag:s.example,2026:1", "link": "https://new.example/2026/story"},
        {"id": "tag:s.example,2026:1", "link": "https://new.example/stories/1"},
        {"id": "", "link": "https://new.example/stories/1"},
    ):
        assert shelf.poll(said(0, **changed)) == first


IDS = st.sampled_from(["", "1", "2", "https://s.example/a"])
LINKS = st.sampled_from([None, "https://s.example/", "https://s.example/a", "http://www.s.example/a/", "https://new.example/a?p=1"])
ENTRIES = st.builds(
    lambda words, **fields: (dataclasses.replace(model.Entry("", content=words), **fields), words),
    st.sampled_from([said(0)[1], said(1)[1], (said(0)[1] + " ") * 3, "few words", ""]),
    id=IDS,
    link=LINKS,
    title=st.sampled_from(["", "Daily briefing", "Something new"]),
    rights=st.sampled_from(["", "x"]),
)
DOCUMENTS = st.lists(ENTRIES, max_size=4)


@given(st.lists(DOCUMENTS, max_size=4))
def test_no_id_is_ever_given_twice(documents: list[list[Said]]) -> None:
    """Whatever a feed sends, poll after poll: new entries get new ids, and an id stands for one entry of a document."""
    shelf = Shelf()
    for document in documents:
        shelf.poll(*document)


@given(DOCUMENTS)
def test_polled_again_nothing_is_new(document: list[Said]) -> None:
    """Neither when nothing changed nor when everything was touched without being edited."""
    shelf = Shelf()
    ids = shelf.poll(*document)
    assert shelf.poll(*document) == ids
    touched = [(dataclasses.replace(entry, base="touched"), text) for entry, text in document]
    shelf.poll(*touched)
    assert len(shelf.entries) == len(ids)


@given(st.lists(DOCUMENTS, max_size=4), ENTRIES)
def test_what_is_known_by_its_bytes(documents: list[list[Said]], new: Said) -> None:
    """Whether known entries are read again or not, the same is stored: also of a document with one entry more."""
    one, other = Shelf(), Shelf()
    for document in (*documents, *([new, *document] for document in documents[-1:])):
        assert one.poll(*document) == other.poll(*document, unread=True)
        assert (one.entries, one.hashes, one.aliases) == (other.entries, other.hashes, other.aliases)


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_ids_are_the_same_in_every_store(document: list[Said], random: Any) -> None:
    """In whichever order the document lists its entries."""
    shuffled = document[:]
    random.shuffle(shuffled)
    assert Shelf().poll(*document) == Shelf().poll(*shuffled)
