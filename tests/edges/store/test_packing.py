"""Packing: what goes in comes out."""

from __future__ import annotations

import datetime
import threading

import hypothesis
import pytest
from hypothesis import strategies as st
from stories import entry

from aggregator.core import errors, model
from aggregator.edges.store import packing

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_maybe = st.none() | _texts.filter(bool)
_moments = st.none() | st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2200, 1, 1), timezones=st.just(datetime.UTC))
_numbers = st.none() | st.integers(0, 10**15)
_entries = st.builds(
    model.Entry,
    id=_texts,
    title=_texts,
    link=_maybe,
    summary=_texts,
    content=_texts,
    authors=st.lists(st.builds(model.Author, _texts, _maybe, _maybe), max_size=3).map(tuple),
    categories=st.lists(st.builds(model.Category, _texts, _maybe, _maybe), max_size=3).map(tuple),
    enclosures=st.lists(st.builds(model.Enclosure, _texts, _maybe, _numbers, _numbers), max_size=3).map(tuple),
    image=_maybe,
    published=_moments,
    updated=_moments,
    rights=_texts,
    language=_texts,
    base=_texts,
    episode=st.none() | st.builds(model.Episode, _numbers, _numbers, _texts, st.none() | st.booleans()),
)


@hypothesis.given(_entries, _texts)
def test_round_trip(came: model.Entry, text: str) -> None:
    """Any entry and its text come back as they were."""
    assert packing.unpack(packing.pack(came, text)) == (came, text)


def test_furthest_dates() -> None:
    """The earliest and latest dates that parsing lets through come back, to the second."""
    for year in (1990, 9998):
        moment = datetime.datetime(year, 12, 31, 23, 59, 59, 999999, datetime.UTC)
        back, _ = packing.unpack(packing.pack(entry("heron", published=moment)))
        assert back.published is not None
        assert abs(back.published - moment) < datetime.timedelta(seconds=1)


def test_long_texts_shrink() -> None:
    """Texts are stored packed."""
    long = entry("heron", content="<p>The same again.</p>" * 10_000)
    assert len(packing.pack(long)) < 1_000


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: b"\0" * len(data), lambda data: b""])
def test_damage(damage: object) -> None:
    """What cannot be unpacked is reported as a damaged store."""
    assert callable(damage)
    with pytest.raises(errors.StoreCorrupt, match="damaged"):
        packing.unpack(damage(packing.pack(entry("heron"), "said")))


def test_many_threads() -> None:
    """Each thread may pack and unpack while others do."""
    failed: list[str] = []

    def work(name: str) -> None:
        for number in range(200):
            came = entry(f"{name}{number}", content=name * 500)
            if packing.unpack(packing.pack(came, name)) != (came, name):
                failed.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("heron", "ferry", "kettle")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
