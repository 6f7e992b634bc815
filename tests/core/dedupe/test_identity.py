"""Everything an entry was ever known by leads to one published id."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from aggregator.core import dedupe, model

FEED = "https://paper.example/feed"
LONG = " ".join(f"word{i}" for i in range(60))
FIRST = model.Entry("tag:1", title="Ferry late again", link="https://paper.example/2026/ferry")


def identify(
    *entries: tuple[model.Entry, str], known: dict[str, dedupe.Known] | None = None, taken: frozenset[str] = frozenset()
) -> tuple[dedupe.Identified, ...]:
    """Identify entries given with their cleaned text."""
    return dedupe.identify(
        FEED, dedupe.describe([(entry, model.Cleaned(entry, text)) for entry, text in entries]), known or {}, taken
    )


def store(*entries: tuple[model.Entry, str]) -> dict[str, dedupe.Known]:
    """What the store would know of these entries."""
    return {
        key: dedupe.Known(1, found.id, found.own_id, found.cleaned.entry.link, found.cleaned.entry.title, found.cleaned.text)
        for found in identify(*entries)
        for key in found.keys
    }


def change(**fields: object) -> model.Entry:
    """FIRST with other fields."""
    return dataclasses.replace(FIRST, **fields)  # type: ignore[arg-type]


SAME = {
    "edited": (change(title="Ferry on time"), "short"),
    "flipped to http": (change(link="http://paper.example/2026/ferry"), LONG),
    "with tracking": (change(id="tag:2", link="https://www.paper.example/2026/ferry?utm_source=rss"), LONG),
    "moved host": (change(id="tag:2", link="https://new.example/2026/ferry"), "other words"),
    "moved host, kept id, rewritten": (change(title="Boat", link="https://new.example/2026/ferry"), "other"),
    "changed ids": (change(id="https://paper.example/?p=7"), LONG),
    "reposted under new id and link": (change(id="x", link="https://paper.example/new/place"), LONG),
    "lost its id": (change(id=""), LONG),
    "lost its link": (change(link=None), "anything"),
    "retitled at the same link, text kept": (change(id="y", title="All change"), LONG),
}
OTHER = {
    "the id used again": (change(title="Cat stuck in tree", link="https://paper.example/2026/cat"), "a cat sat"),
    "a constant link": (change(id="tag:9", title="Cat stuck in tree"), "a cat sat"),
    "a recurring title": (change(id="tag:9", link="https://paper.example/2027/other"), "another day"),
}


@pytest.mark.parametrize("name", SAME)
def test_still_the_same_entry(name: str) -> None:
    """Nothing is posted again."""
    (found,) = identify(SAME[name], known=store((FIRST, LONG)))
    assert found.known is not None
    assert found.id == identify((FIRST, LONG))[0].id


@pytest.mark.parametrize("name", OTHER)
def test_another_entry(name: str) -> None:
    """Nothing new is swallowed."""
    (found,) = identify(OTHER[name], known=store((FIRST, LONG)))
    assert found.known is None
    assert found.id != identify((FIRST, LONG))[0].id


def test_ids_are_made_from_url_and_own_id() -> None:
    """The same in every store: a fixed value."""
    (found,) = identify((FIRST, LONG))
    assert found.id == uuid.uuid5(uuid.NAMESPACE_URL, f"{FEED}\ntag:1").urn
    assert found.id == identify((change(title="x", link="https://e.org/"), ""))[0].id


def test_ids_do_not_depend_on_neighbours() -> None:
    """Nor on the order of the document."""
    entries = [(change(id=f"tag:{i}", link=f"https://paper.example/{i}", title=f"t{i}"), f"text {i}") for i in range(5)]
    forward, backward = identify(*entries), identify(*reversed(entries))
    assert {found.own_id: found.id for found in forward} == {found.own_id: found.id for found in backward}


def test_one_guid_for_all() -> None:
    """Three articles under one id get three ids, whichever comes first."""
    entries = [(change(link=f"https://paper.example/{i}", title=f"Title number {i}"), f"text {i}") for i in range(3)]
    forward, backward = identify(*entries), identify(*reversed(entries))
    assert len({found.id for found in forward}) == 3
    assert {found.id for found in forward} == {found.id for found in backward}


def test_one_link_for_all() -> None:
    """A link that several entries share is no identity."""
    entries = [(change(id="", title=f"Title number {i}"), f"text {i}") for i in range(3)]
    assert len({found.id for found in identify(*entries)}) == 3


def test_without_id_and_link() -> None:
    """Title and text are all there is; they are stable."""
    bare = change(id="", link=None)
    assert identify((bare, "text"))[0].id == identify((bare, "text"))[0].id != identify((bare, "other text"))[0].id
    assert identify((bare, "text"), known=store((bare, "text")))[0].known is not None


def test_a_weekly_thread() -> None:
    """The same title and text beside last week's entry, which is still there, is a new one."""
    known = store((FIRST, LONG))
    again = change(id="tag:2", link="https://paper.example/2027/ferry-thread")
    ids = frozenset({next(iter(known.values())).id})
    (found,) = identify((again, LONG), known=known, taken=ids)
    assert found.known is None


def test_a_redirect_target_is_a_name_too() -> None:
    """What a counting link led to is recognised when the feed gives the address itself."""
    counted = change(id="", link="https://count.example/r/55")
    cleaned = model.Cleaned(dataclasses.replace(counted, target="https://paper.example/2026/ferry"), LONG)
    (first,) = dedupe.identify(FEED, dedupe.describe([(counted, cleaned)]), {})
    known = {key: dedupe.Known(1, first.id, "", counted.link, counted.title, LONG) for key in first.keys}
    assert identify((change(id=""), LONG), known=known)[0].id == first.id


def test_retired_entries_are_known() -> None:
    """Retention took the entry, not its identity."""
    known = {
        key: dataclasses.replace(value, row=None, own_id="", link=None, title="", text="")
        for key, value in store((FIRST, LONG)).items()
    }
    (found,) = identify((FIRST, LONG), known=known)
    assert found.known is not None
    assert found.known.row is None


def test_every_key_is_asked_for() -> None:
    """The store is asked for all that identify may look up."""
    entries = [(entry, model.Cleaned(entry, text)) for entry, text in [(FIRST, LONG), *SAME.values()]]
    document = dedupe.describe(entries)
    keys = dedupe.every_key(document)
    assert {key for found in dedupe.identify(FEED, document, {}) for key in found.keys if not key.startswith("h:")} <= keys
