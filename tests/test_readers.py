"""Who reads, counted."""

from __future__ import annotations

import datetime

import pytest
from stories import DAY, HOUR, NOW

from aggregator import readers

FIREFOX = "Mozilla/5.0 (X11) Firefox/150.0"


def test_people_and_hosted_readers() -> None:
    """An address with a program is one; hosted readers count for all of theirs, once however many of their machines ask."""
    book = readers.Readers()
    for client, agent in (
        ("192.0.2.1", FIREFOX),
        ("192.0.2.1", FIREFOX),
        ("192.0.2.1", "NetNewsWire"),
        ("192.0.2.2", FIREFOX),
        ("198.51.100.1", "Feedly/1.0 (+https://feedly.example; 12 subscribers; feed-id=1)"),
        ("198.51.100.2", "Feedly/1.0 (+https://feedly.example; 13 subscribers; feed-id=2)"),
        ("203.0.113.9", "Googlebot/2.1"),
        ("203.0.113.9", ""),
    ):
        book.read("all", client, agent, NOW)
    assert book.counts(NOW + HOUR) == {"all": 3 + 13}


def test_a_day() -> None:
    """Who has not come for a day does not count."""
    book = readers.Readers()
    book.read("all", "192.0.2.1", FIREFOX, NOW)
    book.read("all", "192.0.2.2", FIREFOX, NOW + HOUR)
    book.read("few", "192.0.2.2", FIREFOX, NOW)
    assert book.counts(NOW + DAY) == {"all": 1}
    book.read("all", "192.0.2.1", FIREFOX, NOW + 2 * DAY)
    assert book.counts(NOW + 2 * DAY) == {"all": 1}


def test_subscribers_leave() -> None:
    """What a hosted reader says later counts, be it less."""
    book = readers.Readers()
    book.read("all", "198.51.100.1", "Feedly (12 subscribers)", NOW)
    book.read("all", "198.51.100.1", "Feedly (7 subscribers)", NOW + datetime.timedelta(hours=2))
    assert book.counts(NOW + 3 * HOUR) == {"all": 7}


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can fill the memory by asking under many names, nor claim more than millions."""
    monkeypatch.setattr(readers, "MOST", 5)
    book = readers.Readers()
    for number in range(50):
        book.read("all", f"192.0.2.{number}", FIREFOX, NOW)
    assert book.counts(NOW) == {"all": 5}
    book.read("few", "192.0.2.1", "X (99999999999 subscribers)", NOW)
    assert book.counts(NOW)["few"] <= 9_999_999


def test_nothing_is_known_of_them() -> None:
    """Neither addresses nor programs are held."""
    book = readers.Readers()
    book.read("all", "192.0.2.77", FIREFOX, NOW)
    assert "192.0.2.77" not in repr(vars(book))
    assert "Firefox" not in repr(vars(book))
