"""Opening the store that a feeds.yaml names."""

from __future__ import annotations

import pathlib

import pytest
from archive import Archive

from aggregator import access
from aggregator.core import errors


def test_reading_and_writing(archive: Archive, tmp_path: pathlib.Path) -> None:
    """Beside whoever has it open; what is only read cannot be changed, and none is made where there is none."""
    with access.reading(archive.feeds, None) as (read, kept):
        assert [source.name for source in read.sources] == ["Paper", "Rival", "Third"]
        assert len(kept.sources()) == 3
        with pytest.raises(errors.StoreError):
            kept.note("price", "1")
    with access.writing(archive.feeds, archive.data) as kept:
        kept.note("price", "2")
    assert archive.store.noted("price") == "2"
    for opened in (access.reading, access.writing):
        with pytest.raises(errors.StoreError, match="there is no store in"), opened(archive.feeds, tmp_path / "elsewhere"):
            pass
    assert not (tmp_path / "elsewhere").exists()
