"""Hosts that refused us, in the store."""

from __future__ import annotations

from collections.abc import Callable

from stories import DAY, HOUR, NOW

from aggregator.core import model
from aggregator.edges import store

PAPER = model.HostState("paper.example", 3, NOW + HOUR, NOW + HOUR / 2)
RIVAL = model.HostState("rival.example", 1, NOW + DAY)


def save(into: store.Store, *changed: model.HostState) -> None:
    """Store what became of hosts."""
    with into.writing() as writing:
        writing.save_hosts(changed)


def test_what_is_saved_comes_back(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """As it was, also from the disk; what changes takes the place of what was."""
    save(kept, RIVAL, PAPER)
    assert kept.hosts() == opened().hosts() == [PAPER, RIVAL]
    later = model.HostState("paper.example", 4, NOW + DAY)
    save(kept, later)
    assert kept.hosts() == [later, RIVAL]


def test_hosts_that_answer_are_forgotten(kept: store.Store) -> None:
    """Only what stands against a host is kept."""
    save(kept, PAPER, RIVAL)
    save(kept, model.HostState("paper.example"), model.HostState("never.example"))
    assert kept.hosts() == [RIVAL]


def test_hosts_that_nobody_asks_are_forgotten(kept: store.Store) -> None:
    """A month after they might have been asked."""
    save(kept, PAPER, RIVAL)
    kept.housekeep(NOW + 30 * DAY + 2 * HOUR, DAY)
    assert kept.hosts() == [RIVAL]
