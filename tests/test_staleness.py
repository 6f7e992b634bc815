"""What is to be published."""

from __future__ import annotations

from aggregator import staleness


def test_it_begins_with_anything() -> None:
    """And then there is nothing, until something changes."""
    stale = staleness.Staleness()
    assert stale
    assert stale.taken() is None
    assert not stale
    assert stale.taken() == frozenset()


def test_sources_add_up() -> None:
    """A poll that changed none is a reason to publish too: the operator may have to hear of it."""
    stale = staleness.Staleness()
    stale.taken()
    stale.sources(())
    assert stale
    stale.sources((1, 2))
    stale.sources((2, 3))
    assert stale.taken() == {1, 2, 3}
    assert not stale


def test_anything_is_more_than_sources() -> None:
    """Whichever comes first; what changed nothing is no reason."""
    stale = staleness.Staleness()
    stale.taken()
    stale.anything(changed=False)
    assert not stale
    stale.sources((1,))
    stale.anything()
    assert stale.taken() is None
