"""Sketches in the store: found by their keys while they are in the window, and gone without a trace."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

from stories import DAY, HOUR, NOW, cleaned, entered, entry, keep, prose, record, sketch

from aggregator.core import dedupe, model
from aggregator.edges import store

KEEP = 180 * DAY
Rows = Callable[[str], int]


def kept_entries(
    into: store.Store, state: model.SourceState, *names: str, first_seen: datetime.datetime = NOW, head: str | None = None
) -> list[str]:
    """Store entries with their sketches; their ids."""
    came = [entry(name, host=state.url.split("/")[2]) for name in names]
    ids = keep(into, state, *(record(state, one, first_seen, head=head) for one in came))
    with into.writing() as writing:
        writing.enter([entered(id, one, str(state.row)) for id, one in zip(ids, came, strict=True)])
    return ids


def found(into: store.Store, keys: tuple[int, ...], since: datetime.datetime = NOW - DAY) -> list[list[str]]:
    """The ids of those that hold each of these keys."""
    with into.writing() as writing:
        holders = writing.holders(keys, since)
        ids = {row: item.id for row, item in writing.compared({row for rows in holders.values() for row in rows}).items()}
    return [[ids[row] for row in holders.get(key, ())] for key in keys]


def test_found_by_keys(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """Each key leads to those that hold it, of whatever source, the newest first; one that nobody holds leads to none."""
    (first,) = kept_entries(kept, source, "heron")
    (second,) = kept_entries(kept, rival, "heron", first_seen=NOW + HOUR)
    kept_entries(kept, source, "ferry")
    link, title, *words = dedupe.keys(sketch(entry("heron")))
    assert found(kept, (link, title, 1)) == [[first], [second, first], []]
    assert all(ids == [second, first] for ids in found(kept, tuple(words)))
    assert found(kept, (title,), NOW + HOUR) == [[second]]
    assert found(kept, ()) == []


def test_what_is_compared(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """An item is the entry's sketch, head, story and first sight; a copy brings its head along."""
    (head,) = kept_entries(kept, source, "heron")
    came = entry("heron", host="rival.example")
    (copy,) = keep(kept, rival, record(rival, came, NOW + HOUR, head=head, story="urn:story"))
    with kept.writing() as writing:
        writing.enter([entered(copy, came, "2")])
        (row, *_) = writing.holders(dedupe.keys(sketch(came))[:1], NOW)[dedupe.keys(sketch(came))[0]]
        items = {item.id: item for item in writing.compared([row]).values()}
        assert items == writing.sketches([head, copy, "urn:unknown"])
        assert writing.compared([]) == writing.sketches([]) == {}
    assert items[copy] == dedupe.Item(copy, head, (NOW + HOUR).timestamp(), sketch(came, "2"), "urn:story")
    assert items[head] == dedupe.Item(head, head, NOW.timestamp(), sketch(entry("heron")), "")


def test_heads_that_are_gone(kept: store.Store, source: model.SourceState) -> None:
    """A copy whose head has no sketch is compared without it."""
    (copy,) = kept_entries(kept, source, "heron", head="urn:gone")
    with kept.writing() as writing:
        assert {item.head for item in writing.sketches([copy]).values()} == {"urn:gone"}
        (rows,) = {tuple(rows) for rows in writing.holders(dedupe.keys(sketch(entry("heron"))), NOW).values()}
        assert [item.id for item in writing.compared(rows).values()] == [copy]


def test_entered_again(kept: store.Store, source: model.SourceState, rows: Rows) -> None:
    """The new sketch and its keys stand in place of the old ones; what is not stored is not entered."""
    (name,) = kept_entries(kept, source, "heron")
    other = entry("ferry")
    with kept.writing() as writing:
        writing.enter([entered(name, other), entered("urn:unknown", other)])
        assert writing.sketches([name])[name].sketch == sketch(other)
    old, new = dedupe.keys(sketch(entry("heron"))), dedupe.keys(sketch(other))
    assert found(kept, old) == [[]] * len(old)
    assert found(kept, new) == [[name]] * len(new)
    assert (rows("sketches"), rows("sketch_keys")) == (1, len(set(new)))


def test_some_keys_only(kept: store.Store, source: model.SourceState, rows: Rows) -> None:
    """An entry may be kept under some of its keys, or none; it goes as wholly as the others."""
    ids = keep(kept, source, record(source, entry("heron")), record(source, entry("ferry")))
    made = [entered(id, entry(name)) for id, name in zip(ids, ("heron", "ferry"), strict=True)]
    with kept.writing() as writing:
        writing.enter([dataclasses.replace(made[0], keys=made[0].keys[1:3]), dataclasses.replace(made[1], keys=())])
    assert found(kept, made[0].keys[:4]) == [[], [ids[0]], [ids[0]], []]
    assert (rows("sketches"), rows("sketch_keys")) == (2, 2)
    kept.housekeep(NOW + 15 * DAY, KEEP)
    assert (rows("sketches"), rows("sketch_keys")) == (0, 0)


def test_new_versions_have_none(kept: store.Store, source: model.SourceState, rows: Rows) -> None:
    """What was replaced or amended is to be sketched anew: it is loose, and none of its keys is left."""
    ids = kept_entries(kept, source, "heron", "ferry", "kettle")
    edited = entry("heron", content="<p>Edited.</p>")
    drafts = {draft.entry.title: draft for draft in kept.drafts(source.row, None, 9)}
    with kept.writing() as writing:
        writing.replace(record(source, edited))
    shorter = model.Cleaned(dataclasses.replace(entry("ferry"), content="<p>Short.</p>"), "Short.")
    kept.amend([store.Amendment(drafts["The ferry"], shorter)])
    with kept.writing() as writing:
        loose = writing.loose(NOW - DAY, 9)
    assert [(one.id, one.cleaned.text) for one in loose] == [(ids[0], "Edited."), (ids[1], "Short.")]
    assert (rows("sketches"), rows("sketch_keys")) == (1, len(set(dedupe.keys(sketch(entry("kettle"))))))


def test_loose(kept: store.Store, source: model.SourceState) -> None:
    """Entries of the window without a sketch, the oldest first, so many at most; as they are stored."""
    for hour, name in enumerate(("heron", "ferry", "kettle")):
        keep(kept, source, record(source, entry(name, published=None), NOW + hour * HOUR, head="urn:head" if hour else None))
    kept_entries(kept, source, "anvil")
    with kept.writing() as writing:
        loose = writing.loose(NOW, 9)
        assert writing.loose(NOW + HOUR, 1) == loose[1:2]
    assert [one.cleaned.entry.title for one in loose] == ["The heron", "The ferry", "The kettle"]
    assert [one.head for one in loose] == [loose[0].id, "urn:head", "urn:head"]
    came = cleaned(entry("ferry", published=None))
    assert loose[1] == store.Loose(loose[1].id, "urn:head", source.row, came, NOW + HOUR, NOW + HOUR)


def test_dates_of_what_is_loose(kept: store.Store, source: model.SourceState) -> None:
    """Publication and first sight."""
    keep(kept, source, record(source, entry("heron")))
    with kept.writing() as writing:
        assert [(one.published, one.first_seen) for one in writing.loose(NOW, 9)] == [(NOW - HOUR, NOW)]


def test_the_window_ends(kept: store.Store, source: model.SourceState, rows: Rows) -> None:
    """What is older than the window leaves no key behind, nor is it loose; its entry stays."""
    kept_entries(kept, source, "heron", first_seen=NOW - DAY)
    (late,) = kept_entries(kept, source, "ferry")
    keys = dedupe.keys(sketch(entry("ferry")))
    kept.housekeep(NOW + DAY, KEEP, 1.5 * DAY)
    assert (rows("sketches"), rows("sketch_keys")) == (1, len(set(keys)))
    assert found(kept, keys[:1]) == [[late]]
    with kept.writing() as writing:
        assert writing.loose(NOW - DAY / 2, 9) == []
    kept.housekeep(NOW + 2 * DAY, KEEP, 1.5 * DAY)
    assert (rows("sketches"), rows("sketch_keys"), rows("entries")) == (0, 0, 2)


def test_thousands_leave_the_window(kept: store.Store, source: model.SourceState, rows: Rows) -> None:
    """In as many rounds as it takes."""
    came = [entry(f"n{number}", content=f"<p>{prose(str(number), 5)}</p>") for number in range(1_100)]
    ids = keep(kept, source, *(record(source, one) for one in came))
    with kept.writing() as writing:
        writing.enter([entered(id, one) for id, one in zip(ids, came, strict=True)])
    assert rows("sketches") == 1_100
    kept.housekeep(NOW + 20 * DAY, KEEP)
    assert (rows("sketches"), rows("sketch_keys")) == (0, 0)


def test_retention_takes_sketches(kept: store.Store, source: model.SourceState, rows: Rows) -> None:
    """An entry that goes while it is in the window takes its sketch and keys along; the row may be another's then."""
    kept_entries(kept, source, "heron")
    with kept.writing() as writing:
        writing.present(source.row, frozenset(), NOW)
    assert kept.housekeep(NOW + DAY, HOUR) == 1
    assert (rows("sketches"), rows("sketch_keys"), rows("entries")) == (0, 0, 0)
    (name,) = kept_entries(kept, source, "ferry")
    assert found(kept, dedupe.keys(sketch(entry("heron")))[:1]) == [[]]
    assert found(kept, dedupe.keys(sketch(entry("ferry")))[:1]) == [[name]]


def test_a_transaction_that_breaks(kept: store.Store, source: model.SourceState, rows: Rows) -> None:
    """It leaves the sketches that were there."""
    (name,) = kept_entries(kept, source, "heron")
    before = rows("sketch_keys")
    try:
        with kept.writing() as writing:
            writing.enter([entered(name, entry("ferry"))])
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert rows("sketch_keys") == before
    assert found(kept, dedupe.keys(sketch(entry("heron")))[:1]) == [[name]]
