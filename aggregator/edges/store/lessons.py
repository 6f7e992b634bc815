"""The table of what is learned of each source's boilerplate, and of how far its stored entries follow that."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from aggregator.core import polls
from aggregator.edges.store import database, packing


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """What a source's stored entries were cleaned by, and the knowledge there is."""

    knowledge: str
    applied: str

    def follows(self, policy: str) -> bool:
        """Whether the stored entries are what this policy and today's knowledge make of them."""
        return self.applied == stamp(self.knowledge, policy)


def stamp(knowledge: str, policy: str) -> str:
    """One word for knowledge and policy together."""
    return f"{knowledge}/{policy}"


def memory(ask: database.Query, source: int) -> str:
    """What was counted over a source's articles, as `clean.Memory.dump` wrote it; "" for none."""
    rows = ask("SELECT memory FROM lessons WHERE source_id = ?", (source,))
    return packing.unpack_text(rows[0][0]) if rows and rows[0][0] else ""


def standings(ask: database.Query) -> Mapping[int, Standing]:
    """How the stored entries of each source stand to what is known of it; a source without any knowledge is left out."""
    return {row[0]: Standing(row[1], row[2]) for row in ask("SELECT source_id, knowledge, applied FROM lessons", ())}


def save(transaction: database.Transaction, source: int, lesson: polls.Lesson) -> None:
    """Store what a poll taught; to be called before its entries are stored.

    The first entries of a source are cleaned by what they teach themselves, so they follow it.
    """
    others = transaction.execute("SELECT 1 FROM entries WHERE source_id = ? LIMIT 1", (source,))
    applied = "" if others else stamp(lesson.knowledge, lesson.policy)
    transaction.execute(
        "INSERT INTO lessons (source_id, memory, knowledge, applied) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (source_id) DO UPDATE SET memory = excluded.memory, knowledge = excluded.knowledge",
        (source, packing.pack_text(lesson.memory), lesson.knowledge, applied),
    )


def applied(transaction: database.Transaction, source: int, knowledge: str, policy: str) -> None:
    """Note that a source's stored entries follow this knowledge and policy."""
    transaction.execute("UPDATE lessons SET applied = ? WHERE source_id = ?", (stamp(knowledge, policy), source))
