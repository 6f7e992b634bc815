"""What is new over all outputs."""

from __future__ import annotations

import datetime

from aggregator.core import model
from aggregator.core.render import cards

NOON = datetime.datetime(2026, 3, 14, 12, tzinfo=datetime.UTC)


def entry(number: int, **fields: object) -> model.Entry:
    """The number-th entry, each a minute older than the one before."""
    given: dict[str, object] = {
        "id": f"urn:{number}",
        "title": f"Entry {number}",
        "published": NOON - datetime.timedelta(minutes=number),
    }
    return model.Entry(**(given | fields))  # type: ignore[arg-type]


def test_the_newest_each_once() -> None:
    """However many outputs carry it; undated ones come last."""
    given = [entry(number) for number in (3, 1, 2, 1)] + [entry(9, published=None)]
    assert [card.entry.id for card in cards.cards(given, images=True)] == ["urn:1", "urn:2", "urn:3", "urn:9"]
    assert len(cards.cards(map(entry, range(100)), images=True)) == cards.MOST


def test_pictures() -> None:
    """By https or not at all."""
    given = [entry(1, image="https://e.example/1.png"), entry(2, image="http://e.example/2.png"), entry(3)]
    assert [card.image for card in cards.cards(given, images=True)] == ["https://e.example/1.png", None, None]
    assert [card.image for card in cards.cards(given, images=False)] == [None] * 3


def test_what_no_card_shows_is_let_go() -> None:
    """A long text becomes its first words; a summary goes before it."""
    long = entry(1, content="<p>One &amp; two.</p>" * 500, enclosures=(model.Enclosure("https://e.example/a.mp3"),))
    lean = cards.lean(long)
    assert (lean.content, lean.enclosures) == ("", ())
    assert lean.summary.startswith("One & two.")
    assert len(lean.summary) <= 221
    assert cards.lean(entry(2, content="<p>x</p>", summary="Said.")).summary == "Said."
