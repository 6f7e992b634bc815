"""A store that was filled by reading only what is unknown is the store that reading everything fills."""

from __future__ import annotations

import dataclasses
import pathlib
import random
import sqlite3
from collections.abc import Iterator

import pytest
from loopback import Answer, Loopback
from pipeline.reader import Reader, item

from aggregator.core import polls
from aggregator.edges import store

pytestmark = pytest.mark.anyio

TABLES = ("sources", "entries", "aliases", "stamps", "events", "lessons", "sketches", "stories")
HEAD = "<rss version='2.0' xmlns:slash='http://purl.org/rss/1.0/modules/slash/'><channel><title>{title}</title>{language}"
DATE = "<lastBuildDate>Sat, 14 Mar 2026 10:{:02}:00 GMT</lastBuildDate>"
WORDS = "heron ferry kettle quay storm lemon crane school vote river bridge paint mate island"


class Forgetful(store.Store):
    """A store to which every entry is unknown until it is read."""

    def stamped(self, source: int) -> dict[str, store.Stamped]:
        """Nothing."""
        return {}


@pytest.fixture
def forgetful(tmp_path: pathlib.Path) -> Iterator[store.Store]:
    """A second, forgetful store."""
    folder = tmp_path / "forgetful"
    folder.mkdir()
    plain = store.open_store(folder)
    yield Forgetful(plain._db)
    plain.close()


class Paper:
    """A source that brings, edits, moves and drops entries."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.items: list[tuple[int, int, int]] = []  # number, version, comments
        self.number = self.polls = 0
        self.language = ""

    def next(self) -> bytes:
        """Its document at the next poll."""
        self.polls += 1
        for _ in range(self.chance.choice((0, 0, 1, 1, 3, 25 if self.polls == 1 else 0))):
            self.number += 1
            self.items.insert(0, (self.number, 0, 0))
        self.items = [self.touched(*one) for one in self.items]
        if self.chance.random() < 0.2:
            self.chance.shuffle(self.items)
        if self.chance.random() < 0.2:
            del self.items[self.chance.randrange(len(self.items) + 1) :]
        if self.chance.random() < 0.15:  # too much at once: held
            self.items = [(number, version + 1, comments) for number, version, comments in self.items]
        if self.chance.random() < 0.1:
            self.language = self.chance.choice(("", "<language>fr</language>"))
        head = HEAD.format(title=self.chance.choice(("The Paper", "The Paper", "Paper")), language=self.language)
        return (head + DATE.format(self.polls) + "".join(map(self.written, self.items)) + "</channel></rss>").encode()

    def touched(self, number: int, version: int, comments: int) -> tuple[int, int, int]:
        """An entry, seldom edited or edited back, now and then with a comment more."""
        chance = self.chance.random()
        if chance < 0.05:
            return number, 1 - min(version, 1), comments
        return number, version, comments + (chance < 0.1)

    def written(self, one: tuple[int, int, int]) -> str:
        """An entry as an item; some look like others."""
        number, version, comments = one
        said = " ".join(random.Random(number % 11).choices(WORDS.split(), k=60)) + f" version {version}"
        inside = item(f"n{number % 17}" if number % 5 else "", said, f"https://paper.example/{number % 13}" if number % 3 else "")
        date = f"<pubDate>Sat, 14 Mar 2026 {number % 24:02}:00:00 GMT</pubDate>" if number % 4 else ""
        return f"<item>{inside}{date}<slash:comments>{comments}</slash:comments></item>"


def dumped(kept: store.Store) -> dict[str, list[tuple[object, ...]]]:
    """All that a store holds."""
    with sqlite3.connect(kept._db.path) as connection:
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES}


@pytest.mark.parametrize("seed", range(8))
async def test_the_same_store(reader: Reader, server: Loopback, forgetful: store.Store, seed: int) -> None:
    """Over polls that bring 0, 1 or 3 entries, edits, edits taken back, comments, other orders, deletions and mass changes."""
    other = Reader(dataclasses.replace(reader.edges, store=forgetful), server)
    paper, left_out = Paper(seed), 0
    for _ in range(12):
        server.answers["/feed"] = Answer(paper.next())
        left_out += len(reader.edges.store.stamped(reader.state.row))
        one, another = await reader.poll(), await other.poll()
        assert type(one) is type(another)
        if isinstance(one, polls.Updated) and isinstance(another, polls.Updated):
            assert (one.seen, sorted(one.dates), one.unchanged) == (another.seen, sorted(another.dates), another.unchanged)
        assert dumped(reader.edges.store) == dumped(forgetful)
    assert left_out > 0
