"""Entries as people name them."""

from __future__ import annotations

import pytest
from archive import Archive

from aggregator import naming
from aggregator.core import errors


def test_found(archive: Archive) -> None:
    """All that are called so, the first to come first."""
    found = naming.found(archive.store, "https://paper.example/heron")
    assert [one.id for one in found] == [archive.id("heron"), archive.id("notes", "Third")]


def test_unknown(archive: Archive) -> None:
    """With what to do."""
    with pytest.raises(errors.UnknownEntry, match='no entry is called "that one"; name one by its link, or by its id'):
        naming.found(archive.store, "that one")


def test_two(archive: Archive) -> None:
    """Of several with one link the first, unless that is the other one."""
    one, other = naming.two(archive.store, archive.id("heron"), "https://paper.example/heron")
    assert (one.id, other.id) == (archive.id("heron"), archive.id("notes", "Third"))
    one, other = naming.two(archive.store, "https://paper.example/heron", archive.id("ferry"))
    assert (one.id, other.id) == (archive.id("heron"), archive.id("ferry"))


def test_one_entry_under_two_names(archive: Archive) -> None:
    """Its id and its link: there is nothing to decide."""
    with pytest.raises(errors.UnknownEntry, match=f"both names mean one entry; name two by their ids: {archive.id('ferry')}"):
        naming.two(archive.store, archive.id("ferry"), "https://paper.example/ferry")
